import { tableFromArrays, tableToIPC } from 'apache-arrow';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrame } from '../../tests/protocol/decodeFrame.ts';
import { randomFrame } from '../../tests/protocol/randomFrame.ts';
import { encodeFrame } from './encodeFrame.ts';
import type { Frame } from './frame.ts';
import { frameToJson } from './frameToJson.ts';

const FRAMES = 500;

test('Arrow keeps every frame, whatever its kinds, nulls, texts and times', () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < FRAMES; seed++) {
    const frame = randomFrame(seed);
    assert.deepEqual(asSent(decodeFrame(encodeFrame(frame))), asSent(frame), `seed ${seed}`);
    frame.fields.forEach(({ kind, nullable = false }) => kinds.add(`${kind} ${nullable}`));
  }
  assert.equal(kinds.size, 30, 'each of the 15 kinds, nullable and not');
});

test('the decoder is as strict as Grafana, so that tests with it mean something', () => {
  const float = tableFromArrays({ a: Float64Array.of(1) });
  assert.throws(() => decodeFrame(tableToIPC(float, 'stream')), /not an Arrow file/);
  const dictionary = tableFromArrays({ a: ['x', 'y'] });
  assert.throws(() => decodeFrame(tableToIPC(dictionary, 'file')), /Grafana does not read Dictionary/);
  assert.throws(() => decodeFrame(new Uint8Array()), /not an Arrow file/);
});

function asSent(frame: Frame): unknown {
  return JSON.parse(JSON.stringify(frameToJson(frame)));
}
