import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { closedFiles } from '../../pkg/pmta/accounting/fileName.ts';
import { PmtaError } from '../../pkg/pmta/error.ts';
import { createMonitor, type Monitor } from '../../pkg/pmta/monitor.ts';
import { defaultNode } from '../../pkg/settings/model.ts';
import { defaultVariant, type Variant } from '../simulator/monitor/variant.ts';
import { startSimulator } from '../simulator/simulator.ts';

/** Reads a file to its end, going on where it was interrupted. */
async function pull(
  monitor: Monitor,
  name: string
): Promise<{ bytes: Buffer; interruptions: number; ranged: boolean }> {
  const chunks: Buffer[] = [];
  for (let from = 0, interruptions = 0; ;) {
    const file = await monitor.openLogFile(name, { from, bytesPerSecond: Infinity });
    try {
      for await (const chunk of file.bytes) {
        chunks.push(chunk);
        from += chunk.length;
      }
      return { bytes: Buffer.concat(chunks), interruptions, ranged: file.ranged };
    } catch (error) {
      assert.ok(error instanceof PmtaError && error.code === 'interrupted', String(error));
      interruptions++;
    }
  }
}

test('closed files are read over HTTP as they are on disk, whatever the PMTA', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'log-files-'));
  const pmta = await startSimulator({
    directory,
    start: Date.parse('2026-02-07T12:00:00Z'),
    rate: 100,
    accounting: { layout: 'overlapping', maxBytes: 300_000 },
  });
  t.after(async () => {
    await pmta.stop();
    rmSync(directory, { recursive: true });
  });
  writeFileSync(join(directory, 'pmta.log'), 'not accounting');
  await pmta.advance(120_000);
  const open = new Set(
    ['acct', 'diag', 'bounce'].map((family) => pmta.files.findLast(({ name }) => name.startsWith(family))?.name)
  );
  const expected = pmta.files
    .map(({ name }) => name)
    .filter((name) => !open.has(name))
    .sort();
  assert.ok(expected.length > 3);

  const variants: Record<string, Partial<Variant>> = {
    'as documented': {},
    ranges: { honoursRange: true },
    'ranges, broken now and then': { honoursRange: true, breakFileAfter: 100_000 },
    'ranges, stalled now and then': { honoursRange: true, stallFileAfter: 250_000 },
    'XML of 4.0': { version: '4.0' },
    'other members': { logMembers: 'file-time', logSizes: 'bytes' },
    'names alone': { logMembers: 'name' },
    gzip: { fileEncoding: 'gzip' },
    https: { redirectToHttps: true },
    'API key': { apiKey: 'k'.repeat(32) },
  };
  for (const [title, variant] of Object.entries(variants)) {
    pmta.set({ ...defaultVariant, ...variant });
    const node = { ...defaultNode, name: 'mta1', url: pmta.url, tlsSkipVerify: true };
    const monitor = createMonitor(node, { apiKey: variant.apiKey }, { idleMs: 200 });
    try {
      const { files } = await monitor.logFiles();
      const closed = closedFiles(files).map(({ name }) => name);
      assert.deepEqual(closed.toSorted(), expected, title);
      for (const name of closed) {
        const whole = readFileSync(join(directory, name));
        const { min, max } = files.find((file) => file.name === name)!.size;
        assert.ok(min <= whole.length && whole.length <= (max ?? Infinity), title);
        const { bytes, interruptions, ranged } = await pull(monitor, name);
        assert.ok(bytes.equals(whole), `${title}: ${name}`);
        assert.equal(ranged, variant.honoursRange ?? false, title);
        assert.equal(interruptions > 0, 'breakFileAfter' in variant || 'stallFileAfter' in variant, title);
      }
    } finally {
      monitor.close();
    }
  }
  pmta.set({ ...defaultVariant, denyLogs: true });
  const denied = createMonitor({ ...defaultNode, name: 'mta1', url: pmta.url }, {});
  await assert.rejects(denied.logFiles(), { code: 'forbidden', message: /deny-logs/ });
  denied.close();
  assert.ok(
    pmta.requests.every(({ method, path }) => method === 'GET' && ['/status', '/logs', '/getFile'].includes(path))
  );
});
