import { readFileSync } from 'node:fs';

import type { CollectorLog } from '../../collector/changes.ts';
import { runCollector } from '../../collector/collector.ts';
import { lockFolder } from '../../collector/lock.ts';
import type { Outlet } from '../../collector/outlet.ts';
import { runPipe } from '../../collector/pipe.ts';
import { messageOf } from '../../intake/messageOf.ts';
import { CollectorConfigError, readCollectorConfig } from '../../settings/collector.ts';
import type { CollectorConfig } from '../../settings/collectorModel.ts';
import { OptionError, readOptions, withUsage } from '../options.ts';
import { openOutlet } from './openOutlet.ts';

const usage = `Collects on a PMTA host (the monitor, accounting files, processes and disks) and sends it to a data source in Grafana or
to its ClickHouse server.

usage: gpx_pmta collect --config FILE [--check]
       gpx_pmta collect --config FILE --stdin [--acct-file NAME]

  --config FILE     configuration (YAML); provisioning/collector/collector.yaml explains it
  --check           only tells whether the configuration can be used and its target reached
  --stdin           sends the accounting that arrives on standard input instead, as of <acct-file |...>
  --acct-file NAME  what that acct-file is called (pipe)
`;

/** `gpx_pmta collect`; runs until SIGTERM or SIGINT, or the end of standard input. Answers the exit code. */
export function run(args: string[]): Promise<number> {
  return withUsage(usage, args, async () => {
    const options = readOptions(args, {
      config: { type: 'string' },
      check: { type: 'boolean', default: false },
      stdin: { type: 'boolean', default: false },
      'acct-file': { type: 'string', default: 'pipe' },
    });
    if (options.config === undefined) {
      throw new OptionError('--config is missing');
    }
    if (!/^[\w-][\w.-]{0,59}$/.test(options['acct-file'])) {
      throw new OptionError('--acct-file must be a name of up to 60 letters, digits, ".", "_" and "-"');
    }
    try {
      const config = readConfig(options.config, options.stdin);
      const outlet = await openOutlet(config);
      try {
        return options.check
          ? await check(config, outlet)
          : await collect(config, outlet, options.stdin ? options['acct-file'] : undefined);
      } finally {
        await outlet.close();
      }
    } catch (error) {
      print(messageOf(error));
      return error instanceof CollectorConfigError ? 2 : 1;
    }
  });
}

function readConfig(path: string, fromPipe: boolean): CollectorConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CollectorConfigError(`${path} cannot be read: ${messageOf(error)}`);
  }
  return readCollectorConfig(text, (secret) => readFileSync(secret, 'utf8'), { fromPipe });
}

/** An empty batch changes nothing, and is answered like any other. */
async function check(config: CollectorConfig, outlet: Outlet): Promise<number> {
  try {
    await outlet.snapshots('check', {}, AbortSignal.timeout(30_000));
  } catch (error) {
    print(messageOf(error));
    return 1;
  }
  print(`${config.node.name}: the configuration can be used, and its target answers`);
  return 0;
}

async function collect(config: CollectorConfig, outlet: Outlet, pipe: string | undefined): Promise<number> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, stop);
  }
  try {
    const { node, statePath } = config;
    if (pipe !== undefined) {
      const options = { node: node.name, acctFile: pipe, statePath, input: process.stdin };
      await runPipe(options, outlet, log, stopping.signal);
      return 0;
    }
    const unlock = lockFolder(statePath);
    if (!unlock) {
      print(`${statePath} is used by another collector: give each its own statePath`);
      return 1;
    }
    print(`collecting for ${node.name}`);
    await runCollector(config, outlet, log, stopping.signal);
    unlock();
    return 0;
  } finally {
    // What still runs after an error would keep the process.
    stop();
  }
}

const log: CollectorLog = { info: print, warn: print };

function print(message: string): void {
  process.stderr.write(`${message}\n`);
}
