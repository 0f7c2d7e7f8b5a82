import assert from 'node:assert/strict';
import { test } from 'node:test';
import descriptor from './descriptor.json' with { type: 'json' };
import { describeProtos } from './generate.ts';

test('descriptor.json is what the .proto files say', () => {
  assert.deepEqual(descriptor, JSON.parse(JSON.stringify(describeProtos())));
});
