import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { encodeFrame } from '../../pkg/frames/encodeFrame.ts';
import type { Field, Frame } from '../../pkg/frames/frame.ts';
import { logLines } from '../../pkg/frames/logLines.ts';
import { median } from './median.ts';

const ROWS = 1_000_000;
const LINES = 1_000;
const START_MS = Date.UTC(2025, 3, 1);
const reply = "Unauthenticated email from ip [192.0.2.50] is not accepted due to domain's DMARC policy";

interface Case {
  name: string;
  rounds: number;
  frame: Frame;
}

/**
 * How long a frame takes to become Arrow bytes, checks included, beside what apache-arrow's own table functions take for
 * the same arrays. Those check nothing and leave times in milliseconds and texts in a dictionary, which Grafana refuses.
 */
export async function bench(print: (line: string) => void): Promise<void> {
  for (const { name, rounds, frame } of cases()) {
    const bytes = encodeFrame(frame).byteLength;
    const arrays = Object.fromEntries(frame.fields.map((field) => [field.name, plain(field)]));
    const ours = median(rounds, () => encodeFrame(frame));
    const baseline = median(rounds, () => tableToIPC(tableFromArrays(arrays), 'file'));
    const ratio = (ours / baseline).toFixed(2);
    print(
      `frames: ${name}: ${ours.toFixed(1)} ms, ${(bytes / 1e6).toFixed(1)} MB; ` +
        `apache-arrow alone ${baseline.toFixed(1)} ms, ratio ${ratio}`
    );
  }
}

function cases(): Case[] {
  const times = Float64Array.from({ length: ROWS }, (_, row) => START_MS + row * 1000);
  const addresses = Array.from({ length: ROWS }, (_, row) => `user${row}@example.com`);
  const providers = Array.from({ length: ROWS }, (_, row) => ['google', 'microsoft', 'yahoo'][row % 3] ?? '');
  const time: Field = { name: 'time', kind: 'time', values: times };
  const value: Field = { name: 'value', kind: 'float64', values: times.map((_, row) => row / 7) };
  const boxed: Field = { name: 'value', kind: 'float64', nullable: true, values: Array.from(value.values) };
  return [
    { name: '1,000,000 rows of time and float64 (goal 100 ms)', rounds: 9, frame: { fields: [time, value] } },
    { name: '1,000,000 rows of time and nullable float64', rounds: 9, frame: { fields: [time, boxed] } },
    {
      name: '1,000,000 different texts',
      rounds: 5,
      frame: { fields: [{ name: 'a', kind: 'string', values: addresses }] },
    },
    {
      name: '1,000,000 texts of three',
      rounds: 5,
      frame: { fields: [{ name: 'a', kind: 'string', values: providers }] },
    },
    { name: '1,000 log lines', rounds: 51, frame: lines() },
  ];
}

function lines(): Frame {
  const numbers = Array.from({ length: LINES }, (_, row) => row);
  const labels = numbers.map((row) => ({
    vmta: 'marketing',
    recipient_domain: 'gmail.com',
    queue: `queue${row % 20}`,
  }));
  const record = (row: number) => ({
    timestamp: new Date(START_MS + row * 1000).toISOString(),
    vmta: 'marketing',
    domain: 'gmail.com',
    action: 'perm-fail',
    dsn: '5.7.1',
    enhanced_code: '550-5.7.26',
    message: reply,
  });
  return logLines({
    refId: 'A',
    timestamps: numbers.map((row) => START_MS + row * 1000),
    bodies: numbers.map((row) => JSON.stringify(record(row))),
    severities: numbers.map(() => 'error'),
    ids: numbers.map((row) => `acct-1:${row * 310}`),
    labels,
  });
}

/** What tableFromArrays takes: typed arrays, or arrays whose types it can tell. */
function plain({ values }: Field): Float64Array | unknown[] {
  return values instanceof Float64Array ? values : Array.from<unknown>(values);
}
