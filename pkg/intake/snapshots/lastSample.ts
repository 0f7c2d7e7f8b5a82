import type { CounterSample } from '../../pmta/rates.ts';
import { numbers } from '../../store/arrow.ts';
import type { Engine } from '../../store/engine.ts';

/**
 * The counters of the newest stored poll of a node, so that what PMTA counted while this process was down is not lost
 * from the traffic; null where there is none.
 */
export async function loadLastSample(engine: Engine, database: string, node: string): Promise<CounterSample | null> {
  const sql = `SELECT toFloat64(toUnixTimestamp64Milli(time)) AS taken_ms,
      toFloat64(toUnixTimestamp64Milli(started_time)) AS started_ms, uptime_seconds,
      total_in_recipients, total_in_messages, total_in_kilobytes,
      total_out_recipients, total_out_messages, total_out_kilobytes
    FROM ${database}.status WHERE node = {node:String} ORDER BY time DESC LIMIT 1`;
  const result = await engine.query({ sql, params: { node } }, new AbortController().signal);
  if (result.rows === 0) {
    return null;
  }
  const value = (name: string) => numbers(result, name)[0] ?? 0;
  const count = (direction: 'in' | 'out') => ({
    recipients: value(`total_${direction}_recipients`),
    messages: value(`total_${direction}_messages`),
    kilobytes: value(`total_${direction}_kilobytes`),
  });
  return {
    taken_ms: value('taken_ms'),
    data: {
      started_ms: value('started_ms') || null,
      uptime_seconds: value('uptime_seconds'),
      traffic: { total: { in: count('in'), out: count('out') } },
    },
  };
}
