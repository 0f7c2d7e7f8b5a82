import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSize } from './size.ts';

test('bytes are exact, as number and as text', () => {
  for (const value of [1234, '1234', ' 1234 ', '1,234', '1234 bytes', '1234B']) {
    assert.deepEqual(readSize(value), { min: 1234, max: 1234 }, String(value));
  }
  assert.deepEqual(readSize(0), { min: 0, max: 0 });
});

test('what is rounded has bounds that hold whichever way it was rounded', () => {
  const units = { K: 1, M: 2, G: 3, T: 4 };
  for (const [unit, exponent] of Object.entries(units)) {
    for (const base of [1000, 1024]) {
      for (const amount of [1, 9.4, 9.5, 233.2, 958.9]) {
        const bytes = amount * base ** exponent;
        for (const round of [Math.floor, Math.round, Math.ceil]) {
          const text = `${round(amount)}${unit}`;
          const { min, max } = readSize(text);
          assert.ok(max !== null && min <= bytes && bytes <= max, `${bytes} as ${text}: ${min} to ${max}`);
        }
      }
    }
  }
});

test('a decimal narrows the bounds, and units may be spelled out', () => {
  const whole = readSize('1M');
  const decimal = readSize('1.0M');
  assert.ok(decimal.min > whole.min && decimal.max! < whole.max!);
  for (const text of ['958K', '958k', '958 K', '958KB', '958 KiB']) {
    assert.deepEqual(readSize(text), { min: 957_000, max: 982_016 }, text);
  }
  assert.equal(readSize('1K').min, 0);
});

test('what is no size is not known', () => {
  for (const value of [undefined, null, '', 'large', '-5', -5, '1 2', '5X', {}, true, Number.NaN]) {
    assert.deepEqual(readSize(value), { min: 0, max: null }, String(value));
  }
});
