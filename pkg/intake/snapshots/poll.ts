import type { Monitor } from '../../pmta/monitor.ts';
import { type CounterSample, trafficRates } from '../../pmta/rates.ts';
import type { Snapshot } from '../../pmta/snapshot.ts';
import type { Engine } from '../../store/engine.ts';
import { timeValue } from '../../store/sql.ts';
import { messageOf } from '../messageOf.ts';
import { rowOfStatus, rowsOfList } from './rows.ts';

const lists = ['queues', 'domains', 'vmtas', 'jobs'] as const;

export interface PollResult {
  /** What the next poll is compared with. */
  sample: CounterSample | null;
  /** Empty when everything was answered. */
  error: string;
}

/**
 * Polls one node once and stores what it says. A node whose `/status` does not answer is down for `up`; a list that
 * fails alone loses only its own rows.
 *
 * @param previous counters of the poll before, for the traffic since then
 */
export async function poll(
  monitor: Monitor,
  previous: CounterSample | null,
  engine: Pick<Engine, 'insert'>,
  database: string,
  signal: AbortSignal
): Promise<PollResult> {
  const began = Date.now();
  const [status, ...listed] = await Promise.allSettled([
    monitor.get('status', { signal }),
    ...lists.map((list) => monitor.get(list, { signal })),
  ]);
  if (signal.aborted) {
    return { sample: previous, error: '' };
  }
  const failures = [status, ...listed].flatMap((result) =>
    result.status === 'rejected' ? [messageOf(result.reason)] : []
  );
  const error = failures[0] ?? '';
  const up = status.status === 'fulfilled';
  const pollRow = {
    node: monitor.node,
    time: timeValue(began),
    up: up ? 1 : 0,
    milliseconds: Date.now() - began,
    error,
  };
  await engine.insert(`${database}.polls`, [pollRow]);
  if (status.status === 'fulfilled') {
    const current = status.value;
    const seconds = previous ? (current.taken_ms - previous.taken_ms) / 1000 : 0;
    const row = rowOfStatus(current, trafficRates(previous, current), seconds, current.taken_ms);
    await engine.insert(`${database}.status`, [row]);
  }
  for (const [index, list] of lists.entries()) {
    const result = listed[index];
    if (result?.status === 'fulfilled') {
      await engine.insert(`${database}.${list}`, rowsOfList(result.value as Snapshot<typeof list>, began));
    }
  }
  return { sample: up ? status.value : previous, error };
}
