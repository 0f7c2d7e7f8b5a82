import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

import { listFiles } from './files.ts';

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-files-'));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const name of ['pmta', 'pmta-other', 'pmta/sub']) {
    mkdirSync(join(directory, name));
  }
  return directory;
}

test('lists the files of a glob, oldest first, each once', async (t) => {
  const directory = folder(t);
  for (const [name, seconds] of [
    ['b.csv', 1],
    ['a.csv', 2],
    ['sub/c.CSV', 3],
  ] as const) {
    writeFileSync(join(directory, 'pmta', name), 'x');
    utimesSync(join(directory, 'pmta', name), seconds, seconds);
  }
  const { files, problems } = await listFiles(
    [join(directory, 'pmta/**/*'), join(directory, 'pmta/a.csv')],
    [`${directory}/pmta/`]
  );
  assert.deepEqual(
    files.map(({ path }) => path),
    ['b.csv', 'a.csv', 'sub/c.CSV'].map((name) => join(directory, 'pmta', name))
  );
  assert.deepEqual(problems, []);
});

test('reads nothing outside the roots, by whatever way it is named', async (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, 'pmta-other/secret.csv'), 'x');
  symlinkSync(join(directory, 'pmta-other/secret.csv'), join(directory, 'pmta/link.csv'));
  symlinkSync(join(directory, 'pmta-other'), join(directory, 'pmta/linked'));
  for (const path of ['pmta-other/secret.csv', 'pmta/link.csv', 'pmta/linked/secret.csv', 'pmta/../pmta-other/*.csv']) {
    const { files, problems } = await listFiles([`${directory}/${path}`], [join(directory, 'pmta')]);
    assert.deepEqual(files, [], path);
    assert.match(problems[0] ?? '', /not below .*accounting_roots/, path);
  }
});

test('a link into a root is followed, and a root may be a link itself', async (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, 'pmta/a.csv'), 'x');
  symlinkSync(join(directory, 'pmta'), join(directory, 'root'));
  const { files } = await listFiles([join(directory, 'root/*.csv')], [join(directory, 'root')]);
  assert.deepEqual(
    files.map(({ path }) => path),
    [join(directory, 'pmta/a.csv')]
  );
});

test('says what it does not read', async (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, 'pmta/pmta.log'), 'x');
  const named = await listFiles([join(directory, 'pmta/*.log')], [directory]);
  assert.match(named.problems[0] ?? '', /pmta\.log is not read: names of accounting files end in/);
  const none = await listFiles([join(directory, 'pmta/none*.csv')], [directory]);
  assert.match(none.problems[0] ?? '', /No file matches/);
  const folders = await listFiles([join(directory, 'pmta/s*')], [directory]);
  assert.deepEqual(folders, { files: [], problems: [] });
});
