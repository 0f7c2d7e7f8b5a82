import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field, Frame } from './frame.ts';
import { frameToJson } from './frameToJson.ts';

function sent(frame: Frame): unknown {
  return JSON.parse(JSON.stringify(frameToJson(frame)));
}

function data(...fields: Field[]): unknown {
  return JSON.parse(JSON.stringify(frameToJson({ fields }).data));
}

test('a frame has the shape that Grafana’s frontend reads', () => {
  const frame: Frame = {
    name: 'n',
    refId: 'A',
    meta: { type: 'timeseries-multi', typeVersion: [0, 1] },
    fields: [
      { name: 'time', kind: 'time', values: [1_743_517_930_000] },
      { name: 'v', kind: 'float64', nullable: true, values: [1.5], labels: { host: 'a' }, config: { unit: 's' } },
    ],
  };
  assert.equal(
    JSON.stringify(frameToJson(frame)),
    '{"schema":{"name":"n","refId":"A","meta":{"typeVersion":[0,1],"type":"timeseries-multi"},"fields":[' +
      '{"name":"time","type":"time","typeInfo":{"frame":"time.Time"}},' +
      '{"name":"v","type":"number","typeInfo":{"frame":"float64","nullable":true},"labels":{"host":"a"},"config":{"unit":"s"}}]},' +
      '"data":{"values":[[1743517930000],[1.5]]}}'
  );
});

test('"no data" has no fields and keeps its meta', () => {
  assert.deepEqual(sent({ refId: 'A', meta: { executedQueryString: 'q' }, fields: [] }), {
    schema: { refId: 'A', meta: { typeVersion: [0, 0], executedQueryString: 'q' }, fields: [] },
    data: { values: [] },
  });
});

test('special numbers are listed by row, null is not one of them', () => {
  assert.deepEqual(
    data(
      { name: 'a', kind: 'float64', nullable: true, values: [NaN, 1, Infinity, null, -Infinity, NaN] },
      { name: 'b', kind: 'float32', values: Float32Array.of(1, 2, 3, 4, 5, 0.5) }
    ),
    {
      values: [
        [null, 1, null, null, null, null],
        [1, 2, 3, 4, 5, 0.5],
      ],
      entities: [{ NaN: [0, 5], Inf: [2], NegInf: [4] }, null],
    }
  );
});

test('what milliseconds leave out goes to nanos', () => {
  assert.deepEqual(
    data(
      { name: 'a', kind: 'time', nullable: true, values: [5, null, -1.5] },
      { name: 'b', kind: 'time', values: BigInt64Array.of(1_000_001n, -1n, 2_000_000n) },
      { name: 'c', kind: 'time', values: Float64Array.of(1, 2, 3) }
    ),
    {
      values: [
        [5, null, -2],
        [1, -1, 2],
        [1, 2, 3],
      ],
      nanos: [[0, 0, 500_000], [1, 999_999, 0], null],
    }
  );
});

test('bigints, typed arrays, JSON texts and indices become plain JSON', () => {
  assert.deepEqual(
    data(
      { name: 'a', kind: 'int64', nullable: true, values: [1n, null] },
      { name: 'b', kind: 'uint64', values: BigUint64Array.of(2n, 3n) },
      { name: 'c', kind: 'uint8', values: Uint8Array.of(4, 5) },
      { name: 'd', kind: 'json', nullable: true, values: ['{"a":[1]}', null] },
      { name: 'e', kind: 'enum', values: [1, 0], config: { type: { enum: { text: ['x', 'y'] } } } },
      { name: 'f', kind: 'boolean', values: [true, false] },
      { name: 'g', kind: 'string', values: ['', 'é'] }
    ),
    {
      values: [
        [1, null],
        [2, 3],
        [4, 5],
        [{ a: [1] }, null],
        [1, 0],
        [true, false],
        ['', 'é'],
      ],
    }
  );
});

test('a stream may begin with fields and no rows', () => {
  assert.deepEqual(data({ name: 'time', kind: 'time', values: [] }), { values: [[]] });
});
