import { defaultAccounting, type AccountingOptions } from './accounting/writer.ts';
import { defaultVariant, type Variant } from './monitor/variant.ts';
import type { ScenarioName } from './scenario.ts';

/** How a simulator is started; everything has a default but the folder. */
export interface SimulatorOptions {
  /** Folder of the accounting files; made when it is missing. */
  directory: string;
  /** Equal seeds and start times give equal files. */
  seed: string;
  /** UTC ms at which live traffic begins; history lies before it. */
  start: number;
  /** Days of history and the like, in ms: the files of that time are written before the monitor opens. */
  historyMs: number;
  /** Mean number of accounting records a second. */
  rate: number;
  /** The same load at every hour, instead of that of a day with its night. */
  steady: boolean;
  /** `real`: follows the clock of this machine; `manual`: moves by `advance` alone. */
  clock: 'real' | 'manual';
  scenario: ScenarioName;
  /** Name of the PMTA host. */
  hostName: string;
  /** How many small recipient domains stand beside the large providers. */
  smallDomains: number;
  vmtasPerPool: number;
  /** IANA zone of the server: accounting times, file names, the monitor's local times, day and night. */
  timeZone: string;
  host: string;
  /** 0: any free port. */
  port: number;
  accounting: Partial<AccountingOptions>;
  variant: Partial<Variant>;
}

export type StartOptions = Partial<SimulatorOptions> & Pick<SimulatorOptions, 'directory'>;

export const defaultOptions: Omit<SimulatorOptions, 'directory' | 'start'> = {
  seed: '1',
  historyMs: 0,
  rate: 20,
  steady: false,
  clock: 'manual',
  scenario: 'calm',
  hostName: 'mta1.example.com',
  smallDomains: 40,
  vmtasPerPool: 3,
  timeZone: 'UTC',
  host: '127.0.0.1',
  port: 0,
  accounting: {},
  variant: {},
};

/** Fills in the defaults; accounting and variant follow the zone and the version that the options name. */
export function completeOptions(options: StartOptions): Omit<SimulatorOptions, 'accounting' | 'variant'> & {
  accounting: AccountingOptions;
  variant: Variant;
} {
  const complete = { ...defaultOptions, start: Date.now(), ...options };
  const variant = { ...defaultVariant, timeZone: complete.timeZone, ...complete.variant };
  return {
    ...complete,
    variant,
    accounting: { ...defaultAccounting, version: variant.version, ...complete.accounting },
  };
}
