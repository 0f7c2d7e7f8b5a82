import assert from 'node:assert/strict';
import { test } from 'node:test';

import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { FaultyEngine } from './test-faults.ts';
import { TestNode } from './test-follower.ts';
import { Model, type ModelFile } from './test-model.ts';

/*
 * A PMTA, operators and a file system do at random what they do to accounting files, a follower looks at random, and
 * dies at random; at the end the store must hold what the model says. `MODEL_SEED=7` repeats one course of events,
 * `MODEL_SECONDS=300` goes on with new ones for so long.
 */

const steps = 120;
const seeds = process.env.MODEL_SEED
  ? [Number(process.env.MODEL_SEED)]
  : [...Array(16).keys(), Math.floor(Math.random() * 1e9)];
const endsMs = Date.now() + Number(process.env.MODEL_SECONDS ?? 0) * 1000;

const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);

for (const seed of seeds) {
  test(`what the files held is stored, each record once (MODEL_SEED=${seed})`, () => runCourse(seed));
}

test('soak', { skip: endsMs < Date.now() && 'set MODEL_SECONDS' }, async () => {
  while (Date.now() < endsMs) {
    await runCourse(Math.floor(Math.random() * 1e9));
  }
});

async function runCourse(seed: number): Promise<void> {
  const random = generator(seed);
  const faulty = new FaultyEngine(engine);
  const node = new TestNode(faulty, directory, ['**/*'], pick(random, [64, 300, 1500, undefined]));
  const trace: string[] = [];
  try {
    const model = new Model(node.folder, node.nowMs, (what) => trace.push(`    ${what}`));
    const course = new Course(random, node, faulty, model, trace);
    for (let step = 0; step < steps; step++) {
      await course.step();
    }
    await course.end();
  } catch (error) {
    throw new Error(`MODEL_SEED=${seed}, after\n${trace.join('\n')}`, { cause: error });
  } finally {
    await node.restart();
  }
}

class Course {
  private readonly random: () => number;
  private readonly node: TestNode;
  private readonly faulty: FaultyEngine;
  private readonly model: Model;
  private readonly trace: string[];
  private readonly actions: ReadonlyArray<readonly [name: string, weight: number, act: () => unknown]>;

  constructor(random: () => number, node: TestNode, faulty: FaultyEngine, model: Model, trace: string[]) {
    this.random = random;
    this.node = node;
    this.faulty = faulty;
    this.model = model;
    this.trace = trace;
    const { active } = model;
    const some = () => pick(random, [...active.values()]);
    const old = (isWanted: (file: ModelFile) => boolean) => {
      const files = model.files.filter((file) => active.get(file.layout) !== file && isWanted(file));
      return files.length > 0 ? pick(random, files) : undefined;
    };
    const ifAny = (file: ModelFile | undefined, act: (file: ModelFile) => void) => file && act(file);
    const isPlain = ({ compressed }: ModelFile) => compressed === 'no';
    const chance = (share: number) => random() < share;
    this.actions = [
      ['look', 25, () => this.look()],
      ['write', 20, () => repeat(random, 6, () => model.write([some()]))],
      [
        'write the same to several',
        8,
        () => model.write(chance(0.5) ? [...active.values()] : [...active.values()].slice(0, 2)),
      ],
      ['write an event twice', 3, () => model.write([some()], true)],
      ['write a part', 8, () => model.writePart(some(), random())],
      ['write the rest', 5, () => model.finish(some())],
      ['change columns', 3, () => model.changeColumns(some())],
      ['rotate', 6, () => model.rotate(some().layout, chance(0.15))],
      [
        'move',
        4,
        () =>
          ifAny(
            old(({ compressed }) => compressed !== 'begun'),
            (file) => model.move(file, pick(random, ['a', 'b', 'c']))
          ),
      ],
      ['move what is written', 1, () => model.move(some(), pick(random, ['a', 'b', 'c']))],
      ['begin to compress', 4, () => ifAny(old(isPlain), (file) => model.beginCompressing(file, chance(0.3)))],
      [
        'end compressing',
        4,
        () =>
          ifAny(
            old(({ compressed }) => compressed === 'begun'),
            (file) => model.endCompressing(file)
          ),
      ],
      [
        'late rows',
        2,
        () =>
          ifAny(
            old((file) => isPlain(file) && !file.isTorn),
            (file) => model.write([file])
          ),
      ],
      [
        'delete',
        2,
        () =>
          ifAny(
            old(() => true),
            (file) => model.delete(file)
          ),
      ],
      ['replace, by inode', 2, () => model.replace(some(), chance(0.5))],
      ['copy and truncate', 2, () => model.truncate(some(), true, chance(0.2))],
      ['truncate', 1, () => model.truncate(some(), false, chance(0.2))],
      ['write anew', 1, () => model.writeAnew(some(), 0)],
      ['write anew, beginning alike', 1, () => model.writeAnew(some(), 1 + Math.floor(random() * 4))],
      ['restart', 3, () => this.restart()],
      ['killed', 5, () => this.fail('killed')],
      ['outage', 3, () => this.fail('outage')],
      ['wait', 1, () => this.wait()],
    ];
  }

  async step(): Promise<void> {
    const total = this.actions.reduce((sum, [, weight]) => sum + weight, 0);
    let rest = this.random() * total;
    for (const [name, weight, act] of this.actions) {
      rest -= weight;
      if (rest < 0) {
        this.trace.push(name);
        await act();
        return;
      }
    }
  }

  /** Nothing happens any more: all must come in, and nothing twice after a restart. */
  async end(): Promise<void> {
    for (const file of this.model.files) {
      this.model.finish(file);
    }
    for (let looks = 0; looks < 3; looks++) {
      await this.look();
    }
    await this.check();
    await this.restart();
    this.model.nowMs += 11 * 60_000;
    await this.look();
    this.model.nowMs += 61_000;
    await this.look();
    await this.check();
    const totals = (await this.node.sink()).journal.totals();
    if (!this.model.ledger.mayHaveLost()) {
      assert.deepEqual(
        { ...totals, duplicates: 0 },
        { records: await this.node.count(), duplicates: 0, rejects: 0, lostBytes: 0 }
      );
    }
  }

  private async check(): Promise<void> {
    const { torn } = this.model.ledger;
    const expected = this.model.ledger.expected();
    const stored = Map.groupBy(await this.node.stored("concat(recipient, '|', job_id)"), (name) => name);
    const wrong: string[] = [];
    for (const [name, { least, most, why }] of expected) {
      const count = stored.get(name)?.length ?? 0;
      if (count < least || count > most) {
        wrong.push(`${name}: ${count} instead of ${least} to ${most} (${why})`);
      }
      stored.delete(name);
    }
    const parts = [...stored.keys()].filter((name) => !/^r\d*(@[a-z.]*)?\|(j\d*)?$/.test(name));
    const nobodys = [...stored.values()].flat().length > torn.size;
    assert.deepEqual(
      { wrong, parts, nobodys: nobodys && [...stored.keys()] },
      { wrong: [], parts: [], nobodys: false }
    );
  }

  private async look(): Promise<void> {
    this.model.nowMs += 1000;
    this.node.nowMs = this.model.nowMs;
    const { problems } = await this.node.catchUp();
    this.trace.push(...problems.map((problem) => `  ${problem.slice(0, 200)}`));
    this.model.looked();
  }

  private async restart(): Promise<void> {
    await this.node.restart();
    this.model.interrupted(true);
  }

  private async fail(kind: 'killed' | 'outage'): Promise<void> {
    this.faulty.failWith({ kind, afterCalls: Math.floor(this.random() * 12), isDone: this.random() < 0.5 });
    this.model.nowMs += 1000;
    this.node.nowMs = this.model.nowMs;
    await this.node.catchUp().catch((error: unknown) => this.trace.push(`  ${String(error)}`));
    this.faulty.failWith(undefined);
    if (kind === 'killed') {
      await this.node.restart();
    }
    this.model.interrupted(kind === 'killed');
  }

  private wait(): void {
    for (const file of this.model.files) {
      this.model.finish(file);
    }
    this.model.nowMs += 11 * 60_000;
  }
}

function repeat(random: () => number, most: number, act: () => void): void {
  for (let times = 1 + Math.floor(random() * most); times > 0; times--) {
    act();
  }
}

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** Mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
