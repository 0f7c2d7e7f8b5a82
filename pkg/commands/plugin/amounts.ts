const steps = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Bytes in units of 1000, as disks are sold and Grafana shows them: `3.1 GB`. */
export function bytesText(bytes: number): string {
  return `${scaled(bytes)}B`;
}

/** A number of things: `850`, `42 M`. */
export function countText(count: number): string {
  return scaled(count).trimEnd();
}

/** A length of time in its largest unit: `40 s`, `5 min`, `3 h`, `12 days`. */
export function durationText(seconds: number): string {
  if (seconds < 120) {
    return `${Math.round(seconds)} s`;
  }
  if (seconds < 7200) {
    return `${Math.round(seconds / 60)} min`;
  }
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** Two digits or more, and the prefix of the unit behind a space. */
function scaled(amount: number): string {
  let value = amount;
  let step = 0;
  // 999.6 would be shown as 1000.
  while (value >= 999.5 && step < steps.length - 1) {
    value /= 1000;
    step++;
  }
  const digits = step > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${steps[step] ?? ''}`;
}
