import type { Frame } from '../frames/frame.ts';
import { minute, startMs } from './test-store.ts';

/** Each series as its labels' values and its points; times are minutes from `startMs`. */
export function seriesOf(frames: Frame[]): Record<string, Array<[number, number]>> {
  const series = frames.flatMap(({ fields: [time, value] }): Array<[string, Array<[number, number]>]> => {
    if (!time || !value) {
      return [];
    }
    const values = Array.from(value.values as ArrayLike<number>);
    const times = Array.from(time.values as ArrayLike<number>);
    const label = Object.values(value.labels ?? {}).join(' ');
    return [[label, values.map((each, index) => [((times[index] ?? NaN) - startMs) / minute, each])]];
  });
  return Object.fromEntries(series);
}

/** A frame's rows, each as its cells in order. */
export function rowsOf(frame: Frame | undefined): unknown[][] {
  const fields = frame?.fields ?? [];
  return Array.from({ length: fields[0]?.values.length ?? 0 }, (_, row) => fields.map(({ values }) => values[row]));
}

/** Texts of the notices beside an answer. */
export function noticesOf(frames: Frame[]): string[] {
  return frames.flatMap(({ meta }) => meta?.notices ?? []).map(({ text }) => text);
}
