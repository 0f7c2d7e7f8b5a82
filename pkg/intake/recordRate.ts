const windowMs = 10_000;

/** How fast a counter grows, over the last seconds. */
export class RecordRate {
  private readonly samples: Array<{ ms: number; count: number }> = [];
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** Growth a second until this count; 0 for the first one. */
  of(count: number): number {
    const ms = this.now();
    this.samples.push({ ms, count });
    while (this.samples.length > 2 && ms - (this.samples[1]?.ms ?? ms) >= windowMs) {
      this.samples.shift();
    }
    const [first] = this.samples;
    return first && ms > first.ms ? ((count - first.count) * 1000) / (ms - first.ms) : 0;
  }
}
