/** Milliseconds that one of `rounds` runs takes in the middle, after a run that warms up. */
export function median(rounds: number, run: () => void): number {
  run();
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[rounds >> 1] ?? NaN;
}
