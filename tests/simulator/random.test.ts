import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random, Weighted } from './random.ts';

const take = (random: Random, n: number): number[] => Array.from({ length: n }, () => random.next());

test('equal seeds give equal sequences, other seeds other ones', () => {
  assert.deepEqual(take(new Random('a'), 50), take(new Random('a'), 50));
  assert.notDeepEqual(take(new Random('a'), 50), take(new Random('b'), 50));
  assert.deepEqual(take(new Random(7), 5), take(new Random('7'), 5));
});

test('numbers stay within their bounds and reach both ends', () => {
  const random = new Random('bounds');
  const drawn = Array.from({ length: 2000 }, () => random.int(3, 6));
  assert.deepEqual([...new Set(drawn)].sort(), [3, 4, 5, 6]);
  assert.ok(take(random, 2000).every((value) => value >= 0 && value < 1));
});

test('waiting times have the mean that was asked for', () => {
  const random = new Random('mean');
  const sum = Array.from({ length: 20_000 }, () => random.exponential(8)).reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum / 20_000 - 8) < 0.4, `mean ${sum / 20_000}`);
});

test('hexadecimal texts have the length that was asked for', () => {
  const random = new Random('hex');
  for (const digits of [1, 8, 13, 32]) {
    assert.match(random.hex(digits), new RegExp(`^[0-9a-f]{${digits}}$`));
  }
});

test('weights decide how often an item is drawn', () => {
  const weighted = new Weighted([
    ['rare', 1],
    ['usual', 6],
    ['never', 0],
    ['often', 3],
  ]);
  const random = new Random('weights');
  const drawn = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const item = weighted.draw(random);
    drawn.set(item, (drawn.get(item) ?? 0) + 1);
  }
  assert.equal(drawn.get('never'), undefined);
  for (const [item, share] of [
    ['rare', 0.1],
    ['usual', 0.6],
    ['often', 0.3],
  ] as const) {
    assert.ok(Math.abs(drawn.get(item)! / 20_000 - share) < 0.02, `${item} ${drawn.get(item)}`);
  }
});

test('nothing can be drawn from nothing', () => {
  assert.throws(() => new Weighted([]), /empty list/);
  assert.throws(() => new Random('x').pick([]), /empty list/);
});
