import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { readSource } from './source.ts';

const directory = mkdtempSync(join(tmpdir(), 'pmta-source-'));
after(() => rmSync(directory, { recursive: true }));

async function sourceOf(content: string, inode = 7) {
  const path = join(directory, 'acct.csv');
  writeFileSync(path, content);
  const file = await open(path);
  try {
    return await readSource(file, inode);
  } finally {
    await file.close();
  }
}

const header = 'type,timeLogged,rcpt\r\n';

test('a file is known by its inode and first record, not by its header or size', async () => {
  const first = await sourceOf(`${header}d,2026-01-01 00:00:00+0000,a@example.com\r\n`);
  const grown = await sourceOf(`${header}d,2026-01-01 00:00:00+0000,a@example.com\r\nd,more`);
  const other = await sourceOf(`${header}d,2026-01-01 00:00:00+0000,b@example.com\r\n`);
  const moved = await sourceOf(`${header}d,2026-01-01 00:00:00+0000,a@example.com\r\n`, 8);
  assert.equal(first?.identity, grown?.identity);
  assert.notEqual(first?.identity, other?.identity);
  assert.notEqual(first?.identity, moved?.identity);
  assert.equal(first?.dataStart, header.length);
  assert.deepEqual(first?.header, ['type', 'timeLogged', 'rcpt']);
});

test('a file is not read before its first record is whole', async () => {
  for (const content of ['', 'type,timeL', header, `${header}d,2026-01-01 00:0`, `${header}d,"un\nfinished`]) {
    assert.equal(await sourceOf(content), undefined, JSON.stringify(content));
  }
});

test('what is no accounting file is refused', async () => {
  await assert.rejects(sourceOf('name,value\nx,1\n'), /not the header/);
  await assert.rejects(sourceOf('x'.repeat(300_000)), /longer than/);
});
