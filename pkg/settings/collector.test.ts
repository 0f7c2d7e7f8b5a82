import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { CollectorConfigError, readCollectorConfig } from './collector.ts';
import { defaultClickHouse } from './model.ts';

const secrets: Readonly<Record<string, string>> = {
  '/etc/pmta-grafana/token': 'glsa_hunter2\n',
  '/etc/pmta-grafana/key': 'the key\r\n',
  '/etc/pmta-grafana/empty': '\n',
};

function readSecret(path: string): string {
  const secret = secrets[path];
  if (secret === undefined) {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  }
  return secret;
}

const node = 'node: {name: mta1, url: "http://localhost:8080"}\n';
const grafana = 'grafana: {url: "https://g", dataSource: pmta, tokenFile: /etc/pmta-grafana/token}';
const target = `target: {${grafana}}\n`;

const read = (text: string) => readCollectorConfig(text, readSecret);

function refused(text: string, message: RegExp): void {
  assert.throws(
    () => read(text),
    (error) => {
      assert(error instanceof CollectorConfigError);
      assert.match(error.message, message);
      assert.match(error.message, / \(collector configuration\)$/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    }
  );
}

test('the example that is shipped is valid', () => {
  const example = readFileSync(new URL('../../provisioning/collector/collector.yaml', import.meta.url), 'utf8');
  assert.deepEqual(read(example), {
    node: {
      name: 'mta1',
      url: 'https://localhost:8080',
      timeZone: 'auto',
      tlsSkipVerify: true,
      tlsCaCert: '',
      accounting: { files: ['/var/log/pmta/acct*.csv'], pull: false, receive: false },
    },
    apiKey: '',
    accountingRoots: ['/var/log/pmta'],
    pollSeconds: 15,
    host: { processes: true, folders: ['/var/spool/pmta', '/var/log/pmta'] },
    statePath: '/var/lib/pmta-grafana',
    target: { kind: 'grafana', url: 'https://grafana.example.com', dataSource: 'pmta', token: 'glsa_hunter2' },
    retentionDays: 90,
    recipients: 'keep',
    hashKey: '',
  });
  // What it offers in comments is valid too.
  const other = example
    .replace(/^ {2}grafana:\n( {4}.*\n)+/m, '')
    .replace(/^# {2}(clickhouse:| {2}\w+:)/gm, '  $1')
    .replace('clickhouse-password', 'key')
    .replace(/^# (apiKeyFile|hashKeyFile): .*/gm, '$1: /etc/pmta-grafana/key')
    .replace(/^# (recipients|retentionDays): /gm, '$1: ');
  const config = read(other);
  assert.deepEqual(config.target, {
    kind: 'clickhouse',
    store: {
      ...defaultClickHouse,
      url: 'https://clickhouse.example.com:8443',
    },
    password: 'the key',
  });
  assert.deepEqual([config.apiKey, config.hashKey, config.recipients], ['the key', 'the key', 'hash']);
});

test('what is left out has its default', () => {
  const config = read(node + target);
  assert.deepEqual(config.accountingRoots, ['/var/log/pmta']);
  assert.deepEqual(config.host, { processes: false, folders: [] });
  assert.equal(config.pollSeconds, 15);
  assert.equal(config.statePath, '/var/lib/pmta-grafana');
  const { target: clickhouse } = read(`${node}target: {clickhouse: {url: "http://ch:8123"}}`);
  assert.deepEqual(clickhouse, {
    kind: 'clickhouse',
    store: { ...defaultClickHouse, url: 'http://ch:8123' },
    password: '',
  });
});

test('an unknown field is an error that names it and the known ones', () => {
  refused(`${node}${target}pollSecond: 5`, /^pollSecond is not a setting; known here: node, accountingRoots, pollSec/);
  refused(
    `node: {name: a, uri: "http://x"}\n${target}`,
    /^node\.uri is not a setting; known here: name, url, timeZone/
  );
  refused(`node: {name: a, accounting: {file: [/a]}}\n${target}`, /^node\.accounting\.file is not a setting/);
  refused(`node: {name: a, accounting: {pull: true}}\n${target}`, /^node\.accounting\.pull is not a setting/);
  refused(`${node}${target}host: {process: true}`, /^host\.process is not a setting/);
  refused(`${node}target: {graphana: {}}`, /^target\.graphana is not a setting; known here: grafana, clickhouse/);
  refused(`${node}target: {grafana: {token: hunter2}}`, /^target\.grafana\.token is not a setting/);
  refused(`${node}target: {clickhouse: {password: hunter2}}`, /^target\.clickhouse\.password is not a setting/);
});

test('a wrong value is named by its place', () => {
  refused(target, /^node must have fields \(name, url/);
  refused(`node: mta1\n${target}`, /^node must have fields/);
  refused(`node: {name: "a b"}\n${target}`, /^node needs a name of letters/);
  refused(`node: {name: a, url: mta1}\n${target}`, /^node a: the monitor's URL must begin with http/);
  refused(`node: {name: a, timeZone: Europe/Zuerich}\n${target}`, /^node\.timeZone must be auto or the name of a zone/);
  refused(`node: {name: a, tlsSkipVerify: yes}\n${target}`, /^node\.tlsSkipVerify must be true or false, got "yes"/);
  refused(`node: {name: a, accounting: {files: [acct.csv]}}\n${target}`, /^node a: accounting files must be absolute/);
  refused(`${node}${target}accountingRoots: /var/log`, /^accountingRoots must be a list/);
  refused(`${node}${target}accountingRoots: [/a, b]`, /^accountingRoots\[1\] must be an absolute path, got "b"/);
  refused(`${node}${target}pollSeconds: 0`, /^pollSeconds must be a whole number from 1 to 3600, got 0/);
  refused(`${node}${target}host: {processes: 1}`, /^host\.processes must be true or false, got 1/);
  refused(`${node}${target}host: {folders: [spool]}`, /^host\.folders\[0\] must be an absolute path/);
  refused(`${node}${target}statePath: state`, /^statePath must be an absolute path/);
  refused(`${node}${target}recipients: drop`, /^recipients must be keep, hash or redact, got "drop"/);
});

test('there is exactly one target', () => {
  refused(node, /^target must have fields/);
  refused(`${node}target: {}`, /^target must have one of grafana and clickhouse/);
  refused(`${node}target: {${grafana}, clickhouse: {}}`, /^target must have one of grafana and clickhouse/);
  refused(`${node}target: {clickhouse: {}}`, /^target\.clickhouse\.url must begin with http/);
  refused(`${node}target: {clickhouse: {url: "http://ch", database: "a b"}}`, /^target\.clickhouse\.database must be/);
  refused(`${node}target: {clickhouse: {url: "http://ch", cluster: "a'b"}}`, /^target\.clickhouse\.cluster must be/);
  refused(
    `${node}target: {grafana: {url: "https://g", dataSource: "a/b"}}`,
    /^target\.grafana\.dataSource must be the U/
  );
  refused(`${node}target: {grafana: {url: "ftp://me:hunter2@g"}}`, /^target\.grafana\.url must begin with http/);
  refused(`${node}target: {grafana: {url: "https://me:hunter2@g"}}`, /^target\.grafana\.url must not hold a user/);
});

test('secrets come from files alone; a file that is missing or empty is named', () => {
  const from = (file: string) => node + target.replace('/etc/pmta-grafana/token', file);
  refused(from('/nowhere'), /^target\.grafana\.tokenFile: \/nowhere cannot be read \(ENOENT\)/);
  refused(from('/etc/pmta-grafana/empty'), /^target\.grafana\.tokenFile: .* is empty/);
  refused(from('token'), /^target\.grafana\.tokenFile must be an absolute path/);
  refused(`${node}${target}apiKeyFile: /nowhere`, /^apiKeyFile: \/nowhere cannot be read/);
  assert.equal(read(`${node}${target}apiKeyFile: /etc/pmta-grafana/key`).apiKey, 'the key');
});

test('a setting that would have no effect is refused', () => {
  const keyFile = 'KeyFile: /etc/pmta-grafana/key';
  refused(`node: {name: a}\n${target}`, /^there is nothing to collect/);
  refused(`${node}${target}hash${keyFile}`, /^hashKeyFile has an effect only with recipients: hash/);
  refused(`${node}${target}recipients: hash`, /^recipients: hash needs hashKeyFile/);
  const withoutMonitor = 'node: {name: a, accounting: {files: [/a.csv]}}\n';
  refused(`${withoutMonitor}${target}api${keyFile}`, /^apiKeyFile has an effect only with a node\.url/);
  assert.equal(read(withoutMonitor + target).node.url, '');
  assert.equal(read(`node: {name: a}\n${target}host: {processes: true}`).host.processes, true);
});

test('what the data source in Grafana decides is refused with a target in Grafana', () => {
  const hash = 'recipients: hash\nhashKeyFile: /etc/pmta-grafana/key\n';
  refused(`${node}${target}${hash}`, /^recipients has an effect only with target\.clickhouse/);
  refused(`${node}${target}retentionDays: 30`, /^retentionDays has an effect only with target\.clickhouse/);
  const clickhouse = `${node}target: {clickhouse: {url: "http://ch"}}\n`;
  const config = read(`${clickhouse}${hash}retentionDays: 30`);
  assert.deepEqual([config.recipients, config.hashKey, config.retentionDays], ['hash', 'the key', 30]);
  refused(`${clickhouse}retentionDays: 0`, /^retentionDays must be a whole number from 1 to 3650/);
});

test('a pipe needs nothing else to collect', () => {
  const config = readCollectorConfig(`node: {name: a}\n${target}`, readSecret, { fromPipe: true });
  assert.equal(config.node.name, 'a');
});

test('a token that no header can hold is refused without its text', () => {
  for (const token of ['hunter2\nhunter2', 'hunter2 x', 'hunter2\u00e9', ' hunter2']) {
    assert.throws(
      () => readCollectorConfig(node + target, () => token),
      (error: Error) =>
        /^target\.grafana\.tokenFile must hold the token alone/.test(error.message) &&
        !error.message.includes('hunter2')
    );
  }
});

test('what is not YAML is refused with its line and without its text', () => {
  refused('', /^the file must have fields \(node,/);
  refused('- a', /^the file must have fields/);
  refused(`${node}  password: hunter2`, /^the file is not valid YAML: .* at line 2, column \d+/);
  refused(`${node}${node}${target}`, /^the file is not valid YAML: Map keys must be unique at line 2/);
  refused(`${node}${target}---\na: hunter2`, /^the file is not valid YAML: .*multiple documents/);
  refused('node: *nowhere', /^the file is not valid YAML: .*nowhere/);
  refused('node: !custom hunter2', /^the file is not valid YAML: /);
});
