import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { hostFolders } from './hostFolders.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'pmta-folders-')));
after(() => rmSync(root, { recursive: true }));
const path = (name: string) => join(root, name);
for (const folder of ['spool', 'log/a+b@c', 'log/acct', 'outside', 'log2']) {
  mkdirSync(path(folder), { recursive: true });
}
writeFileSync(path('log/file'), '');
symlinkSync(path('outside'), path('log/link'));
symlinkSync(path('log/acct'), path('elsewhere'));

function folders(...globs: string[]): Promise<string[]> {
  return hostFolders(globs.map(path), [path('log')], path('spool'));
}

test('the spool and the folders of globs, each once', async () => {
  assert.deepEqual(
    await folders('log/acct/*.csv', 'log/acct/a.csv', 'log/**/acct-{1,2}.csv', 'elsewhere/x.csv', 'log/a+b@c/+(a).csv'),
    [path('spool'), path('log/acct'), path('log'), path('elsewhere'), path('log/a+b@c')]
  );
});

test('what does not exist or is no folder is left out', async () => {
  assert.deepEqual(await folders('log/none/*.csv', 'log/file/*.csv'), [path('spool')]);
  assert.deepEqual(await hostFolders([path('log/*.csv')], [path('log'), path('none')], path('none')), [path('log')]);
});

test('nothing is said of a folder outside of the roots', async () => {
  assert.deepEqual(await folders('outside/*.csv', 'log/link/*.csv', '*.csv', 'log2/*.csv'), [path('spool')]);
});
