import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monitorFixture, parsed, type Tree } from './fixture.ts';
import type { Variant } from './variant.ts';

const monitor = monitorFixture();

const name = 'acct-2026-02-07-0000.csv';

test('files are listed with local times and rounded sizes', async () => {
  const { files } = (await monitor.json('/logs')).data.log;
  assert.equal(files.length, 1);
  assert.equal(files[0].name, name);
  assert.match(files[0].date, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.match(files[0].size, /^\d+[KM]$/);
  assert.equal(parsed(await monitor.xmlText('/logs')).rsp.data.log.file.name, name);
});

test('versions may call the members otherwise, leave them out, and tell sizes in bytes', async () => {
  const row = async (variant: Partial<Variant>): Promise<Tree> =>
    (await monitor.json('/logs', variant)).data.log.files[0];
  assert.deepEqual(Object.keys(await row({ logMembers: 'name-date' })), ['name', 'date', 'size']);
  assert.deepEqual(Object.keys(await row({ logMembers: 'file-time' })), ['file', 'time', 'size']);
  assert.deepEqual(Object.keys(await row({ logMembers: 'name-modified' })), ['name', 'modified', 'size']);
  assert.deepEqual(await row({ logMembers: 'name' }), { name });
  const { size } = await row({ logMembers: 'name-date', logSizes: 'bytes' });
  assert.equal(size, monitor.pmta.files[0]!.bytes);
  const xml = parsed(await monitor.xmlText('/logs', { version: '4.0', logMembers: 'file-time' })).rsp.data.log.file;
  assert.deepEqual([xml.file, xml.size], [name, String(size)]);
});

test('files are kept from clients that may not see logs', async () => {
  monitor.pmta.set({ denyLogs: true });
  assert.equal((await monitor.get('/logs?format=json')).status, 403);
  assert.equal((await monitor.get(`/getFile?file=${name}`)).status, 403);
  assert.equal((await monitor.get('/status?format=json')).status, 200);
});
