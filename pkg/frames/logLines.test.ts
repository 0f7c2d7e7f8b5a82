import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame } from './encodeFrame.ts';
import { logLines } from './logLines.ts';
import { noDataFrame } from './noDataFrame.ts';

const type = { type: 'log-lines', preferredVisualisationType: 'logs' } as const;

test('log lines have the columns that Explore looks for', () => {
  const frame = logLines({
    refId: 'A',
    timestamps: [2, 1],
    bodies: ['{"action":"delivered"}', '{"action":"perm-fail"}'],
    severities: ['info', null],
    ids: ['a:0', 'a:120'],
    labels: [{ vmta: 'bulk' }, { vmta: 'größe "x"' }],
    meta: { executedQueryString: 'q' },
  });
  encodeFrame(frame);
  assert.deepEqual(frame, {
    refId: 'A',
    meta: { executedQueryString: 'q', ...type },
    fields: [
      { name: 'timestamp', kind: 'time', values: [2, 1] },
      { name: 'body', kind: 'string', values: ['{"action":"delivered"}', '{"action":"perm-fail"}'] },
      { name: 'severity', kind: 'string', nullable: true, values: ['info', null] },
      { name: 'id', kind: 'string', values: ['a:0', 'a:120'] },
      { name: 'labels', kind: 'json', values: ['{"vmta":"bulk"}', '{"vmta":"größe \\"x\\""}'] },
    ],
  });
});

test('what is not given has no column', () => {
  const frame = logLines({ refId: 'A', timestamps: BigInt64Array.of(1n), bodies: ['x'] });
  assert.deepEqual(
    frame.fields.map(({ name }) => name),
    ['timestamp', 'body']
  );
  encodeFrame(frame);
});

test('no line is "no data"', () => {
  const meta = { notices: [{ severity: 'info', text: 'nothing in this range' } as const] };
  assert.deepEqual(logLines({ refId: 'A', timestamps: [], bodies: [], meta }), noDataFrame('A', { ...meta, ...type }));
});
