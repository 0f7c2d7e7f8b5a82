import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PluginClient, type StartOptions } from '../client.ts';

/** A folder that goes away with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sample-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The sample plugin as an executable that needs no environment. */
export function sampleExecutable(t: TestContext): string {
  const executable = join(temporaryFolder(t), 'gpx_sample');
  const script = fileURLToPath(new URL('plugin.ts', import.meta.url));
  writeFileSync(executable, `#!/bin/sh\nexec '${process.execPath}' '${script}'\n`);
  chmodSync(executable, 0o755);
  return executable;
}

/** Starts the sample plugin for one test; a killed one would leave its socket's folder behind. */
export async function startSample(t: TestContext, options?: StartOptions): Promise<PluginClient> {
  const client = await PluginClient.start(sampleExecutable(t), options);
  t.after(() => client.stop());
  return client;
}

/** The messages of the plugin's log; throws where a line is not one that the host can read. */
export function messages(client: PluginClient): string[] {
  return client.process.logLines.map((line) => {
    const entry: Record<string, unknown> = JSON.parse(line);
    return String(entry['@message']);
  });
}

/** All of a stream that ends by itself. */
export async function collect(packets: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const packet of packets) {
    all.push(packet);
  }
  return all;
}

/** Waits until something holds; fails after ten seconds. */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 10_000) {
      throw new Error(`Still not: ${what}`);
    }
    await delay(20);
  }
}

/** Waits until the plugin has logged a message. */
export function logged(client: PluginClient, message: string): Promise<void> {
  return eventually(() => messages(client).includes(message), `"${message}" in the log`);
}
