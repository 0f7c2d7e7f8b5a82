/** Tasks by the step at which they are due; tasks of one step keep the order in which they were planned. */
export class Wheel<Task> {
  private readonly slots = new Map<number, Task[]>();

  private readonly stepMs: number;

  constructor(stepMs: number) {
    this.stepMs = stepMs;
  }

  /** Plans a task for the first step at or after an instant. @param at UTC ms */
  plan(at: number, task: Task): void {
    const step = Math.ceil(at / this.stepMs);
    const slot = this.slots.get(step);
    if (slot === undefined) {
      this.slots.set(step, [task]);
    } else {
      slot.push(task);
    }
  }

  /** Removes and returns what is due at exactly this step. @param now UTC ms, a multiple of the step */
  take(now: number): Task[] {
    const step = now / this.stepMs;
    const slot = this.slots.get(step);
    this.slots.delete(step);
    return slot ?? [];
  }

  /** Everything that is planned. */
  *all(): Iterable<Task> {
    for (const slot of this.slots.values()) {
      yield* slot;
    }
  }
}
