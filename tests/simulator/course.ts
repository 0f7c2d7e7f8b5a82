import { setImmediate as nextTurn } from 'node:timers/promises';
import { STEP_MS, type Traffic } from './model/traffic.ts';
import { happenings, type Happening, type ScenarioName } from './scenario.ts';

const PLANNED_AHEAD_MS = 3_600_000;
/** The process must answer requests while much time is simulated. */
const LONGEST_BLOCK_MS = 40;

/** The course of time: moves the traffic on, and lets a scenario happen to it. */
export class Course {
  private readonly traffic: Traffic;
  private readonly scenario: ScenarioName;
  private readonly seed: string;
  private planned: Happening[] = [];
  private plannedUntil: number;
  private target: number;
  private moving: Promise<void> | null = null;

  constructor(traffic: Traffic, scenario: ScenarioName, seed: string) {
    this.traffic = traffic;
    this.scenario = scenario;
    this.seed = seed;
    this.plannedUntil = traffic.spool.now;
    this.target = traffic.spool.now;
  }

  /** Moves on by some ms; calls add up, whether or not the earlier ones are done. */
  advance(ms: number): Promise<void> {
    return this.moveTo(this.target + ms);
  }

  /** Moves on to an instant, UTC ms; resolves when it is reached. */
  async moveTo(target: number): Promise<void> {
    this.target = Math.max(this.target, target);
    // A move that has just ended may not have seen the new target.
    while (this.behind()) {
      this.moving ??= this.move().finally(() => {
        this.moving = null;
      });
      await this.moving;
    }
  }

  /** Stops where time is now; what was asked for beyond is given up. */
  async halt(): Promise<void> {
    this.target = this.traffic.spool.now;
    await this.moving;
  }

  private async move(): Promise<void> {
    const { spool } = this.traffic;
    let pause = performance.now();
    while (this.behind()) {
      this.happen(spool.now);
      this.traffic.step();
      if (performance.now() - pause > LONGEST_BLOCK_MS) {
        await nextTurn();
        pause = performance.now();
      }
    }
  }

  private behind(): boolean {
    return this.traffic.spool.now + STEP_MS <= this.target;
  }

  private happen(now: number): void {
    if (this.plannedUntil <= now) {
      const until = now + PLANNED_AHEAD_MS;
      this.planned.push(...happenings(this.scenario, this.seed, this.plannedUntil, until));
      this.plannedUntil = until;
    }
    while (this.planned[0] !== undefined && this.planned[0].at <= now) {
      this.planned.shift()!.happen(this.traffic);
    }
  }
}
