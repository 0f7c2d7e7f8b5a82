import { Random } from './random.ts';
import type { ProviderName } from './model/providers.ts';
import type { Traffic } from './model/traffic.ts';

export const SCENARIOS = ['calm', 'ordinary', 'throttled', 'incident'] as const;
/**
 * - `calm`: nothing but traffic
 * - `ordinary`: each day one or two throttling episodes, and now and then a job that is deleted
 * - `throttled`: Yahoo throttles the marketing pool in ten of every thirty minutes
 * - `incident`: every hour Gmail throttles one VMTA for twenty minutes, then a queue is paused, then its mail deleted
 */
export type ScenarioName = (typeof SCENARIOS)[number];

/** Something that happens at an instant, UTC ms. */
export interface Happening {
  at: number;
  happen: (traffic: Traffic) => void;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What happens in one period of a scenario; periods are counted from the epoch, so that any stretch can be asked for. */
const PERIODS: Record<ScenarioName, { length: number; happenings: (from: number, random: Random) => Happening[] }> = {
  calm: { length: DAY, happenings: () => [] },
  ordinary: { length: DAY, happenings: ordinaryDay },
  throttled: {
    length: 30 * MINUTE,
    happenings: (from) => [throttle(from + 5 * MINUTE, 10 * MINUTE, 'yahoo', 'marketing')],
  },
  incident: { length: HOUR, happenings: incidentHour },
};

/** The happenings of a scenario between two instants, in order. */
export function happenings(scenario: ScenarioName, seed: string, from: number, to: number): Happening[] {
  const { length, happenings: of } = PERIODS[scenario];
  const all: Happening[] = [];
  for (let period = Math.floor(from / length); period * length < to; period++) {
    all.push(...of(period * length, new Random(`${seed} ${scenario} ${period}`)));
  }
  return all.filter(({ at }) => from <= at && at < to).sort((a, b) => a.at - b.at);
}

function ordinaryDay(from: number, random: Random): Happening[] {
  const throttlers: ProviderName[] = ['yahoo', 'google', 'outlook', 'comcast', 'microsoft365'];
  const day = Array.from({ length: random.int(1, 2) }, () =>
    throttle(
      from + random.int(0, 22 * 60) * MINUTE,
      random.int(20, 90) * MINUTE,
      random.pick(throttlers),
      random.pick(['marketing', 'newsletter'])
    )
  );
  return random.chance(0.3) ? [...day, { at: from + random.int(6 * 60, 20 * 60) * MINUTE, happen: deleteAJob }] : day;
}

function incidentHour(from: number): Happening[] {
  return [
    {
      at: from + 5 * MINUTE,
      happen: (traffic) =>
        traffic.throttle({ provider: 'google', vmta: 'mkt-1', from: from + 5 * MINUTE, to: from + 25 * MINUTE }),
    },
    { at: from + 30 * MINUTE, happen: (traffic) => traffic.pause('hotmail.com/mkt-2', true) },
    { at: from + 45 * MINUTE, happen: (traffic) => traffic.deleteQueued({ queue: 'hotmail.com/mkt-2' }) },
    { at: from + 46 * MINUTE, happen: (traffic) => traffic.pause('hotmail.com/mkt-2', false) },
  ];
}

function throttle(at: number, length: number, provider: ProviderName, pool: string): Happening {
  return { at, happen: (traffic) => traffic.throttle({ provider, pool, from: at, to: at + length }) };
}

/** An administrator deletes the job with the largest backlog. */
function deleteAJob(traffic: Traffic): void {
  const [largest] = [...traffic.spool.jobs].sort((a, b) => b[1].recipients - a[1].recipients || (a[0] < b[0] ? -1 : 1));
  if (largest !== undefined) {
    traffic.deleteQueued({ jobId: largest[0] });
  }
}
