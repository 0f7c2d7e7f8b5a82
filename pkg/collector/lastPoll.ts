import { readFile, rename, writeFile } from 'node:fs/promises';

import type { CounterSample } from '../pmta/rates.ts';
import type { TrafficCount } from '../pmta/snapshot.ts';

/**
 * The counters of the last poll, which outlive a restart, or the traffic in between would be in no poll. Null where there
 * is no such file or it cannot be used, as after the machine lost its power.
 */
export async function loadLastPoll(path: string): Promise<CounterSample | null> {
  try {
    const sample: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isSample(sample) ? sample : null;
  } catch {
    return null;
  }
}

/** Keeps what the next poll is compared with. */
export async function saveLastPoll(path: string, { taken_ms, data }: CounterSample): Promise<void> {
  const { started_ms, uptime_seconds, traffic } = data;
  const sample: CounterSample = { taken_ms, data: { started_ms, uptime_seconds, traffic: { total: traffic.total } } };
  await writeFile(`${path}.new`, JSON.stringify(sample), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function isSample(value: unknown): value is CounterSample {
  const { taken_ms, data } = fieldsOf(value);
  const { started_ms, uptime_seconds, traffic } = fieldsOf(data);
  const total = fieldsOf(fieldsOf(traffic).total);
  return (
    typeof taken_ms === 'number' &&
    [started_ms, uptime_seconds].every((time) => time === null || typeof time === 'number') &&
    [total.in, total.out].every(isCount)
  );
}

function isCount(value: unknown): value is TrafficCount {
  const { recipients, messages, kilobytes } = fieldsOf(value);
  return [recipients, messages, kilobytes].every((count) => typeof count === 'number');
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
