import { Zone } from '../zone.ts';
import { Traffic, type TrafficOptions } from './traffic.ts';
import type { AccountingEvent, RecordType } from './events.ts';
import type { Queue } from './queue.ts';

export const START = Date.parse('2026-02-07T12:00:00Z');
export const MINUTE = 60_000;

/** Traffic and what happened in it so far. */
export interface Run {
  traffic: Traffic;
  events: Array<AccountingEvent & { attempts: number }>;
  count: (type: RecordType, of?: (event: AccountingEvent) => boolean) => number;
}

/** Begins traffic at START; an event keeps the number of attempts that its recipient had then. */
export function run(options: Partial<TrafficOptions> = {}): Run {
  const events: Run['events'] = [];
  const defaults = {
    seed: '1',
    start: START,
    recipientsPerSecond: 40,
    steady: true,
    smallDomains: 20,
    vmtasPerPool: 2,
  };
  const traffic = new Traffic(
    { ...defaults, hostName: 'mta1.example.com', zone: new Zone('UTC'), ...options },
    (event) => events.push({ ...event, attempts: event.recipient?.attempts ?? 0 })
  );
  const count: Run['count'] = (type, of = () => true) =>
    events.filter((event) => event.type === type && of(event)).length;
  return { traffic, events, count };
}

export const queueNamed = (traffic: Traffic, name: string): Queue =>
  [...traffic.spool.allQueues()].find((queue) => queue.name === name)!;
