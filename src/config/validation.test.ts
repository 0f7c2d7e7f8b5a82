import './test-urlCanParse';

import { validateSettings } from '../../pkg/settings/validate.ts';
import {
  certificateProblem,
  clusterProblem,
  databaseProblem,
  filesProblem,
  nameProblem,
  pullProblem,
  storeUrlProblem,
  urlProblem,
  wholeNumberProblem,
} from './validation';

describe('validation', () => {
  it.each(['', 'http://mta1:8080', 'https://mta1.example.com:8080', 'https://[2001:db8::1]:8080'])(
    'takes the address %j',
    (url) => expect(urlProblem(url)).toBeUndefined()
  );

  it.each(['mta1:8080', 'mta1.example.com', 'ftp://mta1', 'javascript:alert(1)', 'https://'])(
    'refuses the address %j',
    (url) => expect(urlProblem(url)).toMatch(/http:\/\/ or https:\/\//)
  );

  it('refuses a password in the address, where it would be stored for all to read', () => {
    expect(urlProblem('https://user:secret@mta1.example.com:8080')).toMatch(/Remove user name and password/);
  });

  it('wants names that are there and unique, whatever blanks surround them', () => {
    expect(nameProblem('mta1', ['mta2'])).toBeUndefined();
    expect(nameProblem('  ', [])).toMatch(/needs a name/);
    expect(nameProblem(' mta2 ', ['mta2'])).toMatch(/Another node is called mta2/);
  });

  it('wants absolute globs and names the one that is not', () => {
    expect(filesProblem(['/var/log/pmta/acct*.csv'])).toBeUndefined();
    expect(filesProblem(['/var/log/pmta/acct*.csv', 'acct.csv'])).toMatch(/^acct\.csv is not an absolute path/);
  });

  it('says what address a store needs, before one is typed and after', () => {
    expect(storeUrlProblem('')).toMatch(/^Give the address/);
    expect(storeUrlProblem('clickhouse')).toBe('The URL is not a URL such as https://clickhouse.example.com:8443.');
  });

  it('wants whole certificates', () => {
    expect(certificateProblem('')).toBeUndefined();
    expect(certificateProblem('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n')).toBeUndefined();
    expect(certificateProblem('-----BEGIN CERTIFICATE-----\nMIIB')).toMatch(/PEM/);
  });

  it.each([
    ['15', true],
    [' 15 ', true],
    ['3600', true],
    ['3601', false],
    ['0', false],
    ['-1', false],
    ['1.5', false],
    ['', false],
    ['1e3', false],
  ])('judges the number %j', (text, valid) => {
    expect(wholeNumberProblem(text, 1, 3600) === undefined).toBe(valid);
  });
});

describe('what the editor refuses is what the backend refuses', () => {
  function backendTakes(jsonData: object): boolean {
    try {
      validateSettings(jsonData);
      return true;
    } catch {
      return false;
    }
  }

  it.each(['mta1', 'eu-west.mta_1:a', 'münchen', '', ' ', '-a', 'a b', 'a/b', 'x'.repeat(63), 'x'.repeat(64)])(
    'as name %j',
    (name) => expect(nameProblem(name, []) === undefined).toBe(backendTakes({ nodes: [{ name }] }))
  );

  it.each(['/var/log/pmta/acct*.csv', 'acct.csv', './acct.csv'])('as accounting file %j', (file) =>
    expect(filesProblem([file]) === undefined).toBe(
      backendTakes({ nodes: [{ name: 'a', accounting: { files: [file] } }] })
    )
  );

  it.each([0, 1, 3600, 3601])('as seconds between polls %d', (pollSeconds) =>
    expect(wholeNumberProblem(String(pollSeconds), 1, 3600) === undefined).toBe(backendTakes({ pollSeconds }))
  );

  it.each([0, 1, 3650, 3651])('as days to keep %d', (retentionDays) =>
    expect(wholeNumberProblem(String(retentionDays), 1, 3650) === undefined).toBe(backendTakes({ retentionDays }))
  );

  it.each([
    [true, ''],
    [true, 'https://mta1.example.com:8080'],
    [false, ''],
  ])('as pull %j over the monitor %j', (pull, url) =>
    expect(pullProblem(pull, url) === undefined).toBe(
      backendTakes({ nodes: [{ name: 'a', url, accounting: { pull } }] })
    )
  );

  const server = { kind: 'clickhouse', url: 'https://clickhouse.example.com:8443' };

  it.each([
    '',
    'clickhouse:8443',
    'ftp://clickhouse',
    'https://clickhouse.example.com:8443',
    'http://[2001:db8::1]:8123/proxy',
    'https://pmta:secret@clickhouse.example.com',
    'https://clickhouse.example.com/?user=pmta',
  ])('as address of the store %j', (url) =>
    expect(storeUrlProblem(url) === undefined).toBe(backendTakes({ store: { ...server, url } }))
  );

  it.each(['pmta', '_pmta2', '', '2pmta', 'pm-ta', 'a b'])('as database %j', (database) =>
    expect(databaseProblem(database) === undefined).toBe(backendTakes({ store: { ...server, database } }))
  );

  it.each(['main', '', 'main-1'])('as cluster %j', (cluster) =>
    expect(clusterProblem(cluster) === undefined).toBe(backendTakes({ store: { ...server, cluster } }))
  );
});
