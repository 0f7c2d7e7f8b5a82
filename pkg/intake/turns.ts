/** A task that waits for its turn, or runs. */
interface Waiting {
  group: string;
  start(): void;
}

/**
 * Lets tasks of one group run side by side, and those of different groups one group after the other, in the order in
 * which they came.
 */
export class Turns {
  private readonly waiting: Waiting[] = [];
  private group = '';
  private running = 0;

  /** Runs a task in the next turn of its group. */
  async take<T>(group: string, task: () => Promise<T>): Promise<T> {
    const turn = Promise.withResolvers<void>();
    this.waiting.push({ group, start: turn.resolve });
    this.admit();
    await turn.promise;
    try {
      return await task();
    } finally {
      this.running--;
      this.admit();
    }
  }

  private admit(): void {
    for (
      let next = this.waiting[0];
      next && (this.running === 0 || next.group === this.group);
      next = this.waiting[0]
    ) {
      this.waiting.shift();
      this.group = next.group;
      this.running++;
      next.start();
    }
  }
}
