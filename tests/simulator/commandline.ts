import { parseArgs } from 'node:util';
import { FRAMINGS } from './accounting/format.ts';
import { LAYOUTS } from './accounting/layouts.ts';
import { defaultOptions, type StartOptions } from './options.ts';
import { SCENARIOS } from './scenario.ts';
import type { AccountingOptions } from './accounting/writer.ts';
import type { Variant } from './monitor/variant.ts';

export const USAGE = `Simulates PowerMTA servers: an HTTP monitor, and accounting files that grow with it.

  npm run simulate -- [options]

  --port N          port of the monitor, HTTP and HTTPS alike (8080; 0: any free one); with --nodes the first of them
  --host ADDRESS    address to listen on (127.0.0.1)
  --dir FOLDER      folder of the accounting files (pmta-simulator in the system's folder for temporary files);
                    with --nodes each node gets a folder of its own below it
  --nodes N         number of servers (1)
  --rate N          mean number of records a second and node, 0.1 to 50000 (${defaultOptions.rate})
  --steady          the same load at every hour, instead of day and night
  --history TIME    write this much history first: 7d, 12h, 30m (none)
  --seed TEXT       another seed gives other traffic (${defaultOptions.seed})
  --scenario NAME   what happens: ${SCENARIOS.join(', ')} (ordinary)
  --version 5|4     5 answers in JSON and XML, 4 in XML only and writes the columns of 4.0 (5)
  --layout NAME     accounting files: ${LAYOUTS.join(', ')} (all)
  --format NAME     csv or json (csv)
  --framing NAME    objects of JSON: ${FRAMINGS.join(', ')} (lines)
  --compress        compress closed files, as a cron job of an operator does
  --extra NAMES     more accounting columns, by commas: rcvSmtpUser,header_Message-Id,…
  --max-size SIZE   size at which a file is closed: 250M, 5M (250M)
  --partial-lines   write parts of records at times
  --time-zone NAME  zone of the server (UTC)
  --max-items N     rows of the monitor's lists (10)
  --api-key KEY     requests need it as X-API-Key (none)
  --domains N       small recipient domains (${defaultOptions.smallDomains})
  --vmtas N         VMTAs in each pool (${defaultOptions.vmtasPerPool})
  --help
`;

/** What the command line asks for. */
export interface CommandLine {
  help: boolean;
  /** Empty for the default one. */
  directory: string;
  nodes: number;
  port: number;
  options: Omit<StartOptions, 'directory' | 'port' | 'start' | 'clock' | 'hostName'> & {
    seed: string;
    accounting: Partial<AccountingOptions> & Pick<AccountingOptions, 'format'>;
    variant: Partial<Variant>;
  };
}

/** A mistake on the command line; its message tells what to write instead. */
export class UsageError extends Error {}

/** Reads the command line. @throws UsageError for anything that is not in the usage */
export function parseCommandLine(args: string[]): CommandLine {
  const values = read(args);
  const version = oneOf('--version', values.version, ['5', '4']) === '4' ? '4.0' : '5.0';
  return {
    help: values.help,
    directory: values.dir,
    nodes: number('--nodes', values.nodes, 1, 100),
    port: number('--port', values.port, 0, 65_535),
    options: {
      host: values.host,
      seed: values.seed,
      rate: number('--rate', values.rate, 0.1, 50_000),
      steady: values.steady,
      historyMs: duration('--history', values.history),
      scenario: oneOf('--scenario', values.scenario, SCENARIOS),
      timeZone: timeZone(values['time-zone']),
      smallDomains: number('--domains', values.domains, 1, 100_000),
      vmtasPerPool: number('--vmtas', values.vmtas, 1, 1000),
      accounting: {
        layout: oneOf('--layout', values.layout, LAYOUTS),
        format: oneOf('--format', values.format, ['csv', 'json']),
        framing: oneOf('--framing', values.framing, FRAMINGS),
        compress: values.compress,
        extraFields: values.extra === '' ? [] : values.extra.split(','),
        maxBytes: size('--max-size', values['max-size']),
        partialLines: values['partial-lines'],
      },
      variant: {
        version,
        defaultMaxItems: number('--max-items', values['max-items'], 1, 1_000_000),
        apiKey: values['api-key'],
      },
    },
  };
}

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string', default: '8080' },
        host: { type: 'string', default: defaultOptions.host },
        dir: { type: 'string', default: '' },
        nodes: { type: 'string', default: '1' },
        rate: { type: 'string', default: String(defaultOptions.rate) },
        steady: { type: 'boolean', default: false },
        history: { type: 'string', default: '0d' },
        seed: { type: 'string', default: defaultOptions.seed },
        scenario: { type: 'string', default: 'ordinary' },
        version: { type: 'string', default: '5' },
        layout: { type: 'string', default: 'all' },
        format: { type: 'string', default: 'csv' },
        framing: { type: 'string', default: 'lines' },
        compress: { type: 'boolean', default: false },
        extra: { type: 'string', default: '' },
        'max-size': { type: 'string', default: '250M' },
        'partial-lines': { type: 'boolean', default: false },
        'time-zone': { type: 'string', default: defaultOptions.timeZone },
        'max-items': { type: 'string', default: '10' },
        'api-key': { type: 'string', default: '' },
        domains: { type: 'string', default: String(defaultOptions.smallDomains) },
        vmtas: { type: 'string', default: String(defaultOptions.vmtasPerPool) },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function number(option: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= from && value <= to)) {
    throw new UsageError(`${option} takes a number from ${from} to ${to}, not "${text}"`);
  }
  return value;
}

function oneOf<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === text);
  if (choice === undefined) {
    throw new UsageError(`${option} takes one of ${choices.join(', ')}, not "${text}"`);
  }
  return choice;
}

function duration(option: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([dhm])$/.exec(text) ?? [];
  if (amount === undefined) {
    throw new UsageError(`${option} takes a time such as 7d, 12h or 30m, not "${text}"`);
  }
  return Number(amount) * { d: 86_400_000, h: 3_600_000, m: 60_000 }[unit as 'd' | 'h' | 'm'];
}

function size(option: string, text: string): number {
  const [, amount, unit] = /^(\d+)([KMG])$/i.exec(text) ?? [];
  if (amount === undefined || Number(amount) === 0) {
    throw new UsageError(`${option} takes a size such as 250M, not "${text}"`);
  }
  return Number(amount) * { k: 1 << 10, m: 1 << 20, g: 1 << 30 }[unit!.toLowerCase() as 'k' | 'm' | 'g'];
}

function timeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw new UsageError(`--time-zone takes an IANA name such as Europe/Berlin, not "${name}"`);
  }
}
