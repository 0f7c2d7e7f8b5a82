import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame } from './encodeFrame.ts';
import { FrameError } from './frameError.ts';
import { type Series, timeSeriesMulti } from './timeSeriesMulti.ts';

const google: Series = {
  labels: { provider: 'google' },
  times: Float64Array.of(1000, 2000),
  values: Float64Array.of(1, 2),
};
const yahoo: Series = { labels: { provider: 'yahoo' }, times: [1000, 3000], values: [3, null] };
const empty: Series = { labels: { provider: 'none' }, times: [], values: [] };

function legends(...labels: Array<Record<string, string>>): Array<string | undefined> {
  const series = labels.map((labels): Series => ({ ...google, labels }));
  return timeSeriesMulti({ refId: 'A', name: 'delivered', series }).map(
    ({ fields }) => fields[1]?.config?.displayNameFromDS
  );
}

test('each series is a frame of the data plane type, with its labels on the value', () => {
  const frames = timeSeriesMulti({ refId: 'A', name: 'delivered', series: [google, yahoo], config: { unit: 'short' } });
  assert.equal(frames.length, 2);
  frames.forEach((frame) => encodeFrame(frame));
  assert.deepEqual(frames[0], {
    refId: 'A',
    meta: { type: 'timeseries-multi', typeVersion: [0, 1] },
    fields: [
      { name: 'time', kind: 'time', values: google.times },
      {
        name: 'delivered',
        kind: 'float64',
        nullable: false,
        values: google.values,
        labels: { provider: 'google' },
        config: { displayNameFromDS: 'google', unit: 'short' },
      },
    ],
  });
});

test('values of a Float64Array are used as they are, others may be null', () => {
  const [first, second] = timeSeriesMulti({ refId: 'A', name: 'n', series: [google, yahoo] });
  assert.equal(first?.fields[1]?.values, google.values);
  assert.equal(first?.fields[1]?.nullable, false);
  assert.equal(second?.fields[1]?.nullable, true);
});

test('empty series are dropped', () => {
  const frames = timeSeriesMulti({ refId: 'A', name: 'n', series: [empty, google, empty] });
  assert.deepEqual(
    frames.map(({ fields }) => fields[1]?.labels),
    [google.labels]
  );
});

test('nothing left is "no data", with all that is to be said of the query', () => {
  const meta = { executedQueryString: 'q', notices: [{ severity: 'info', text: 'none' } as const] };
  const expected = [{ refId: 'A', meta: { ...meta, type: 'timeseries-multi', typeVersion: [0, 1] }, fields: [] }];
  assert.deepEqual(timeSeriesMulti({ refId: 'A', name: 'n', series: [empty], meta }), expected);
  assert.deepEqual(timeSeriesMulti({ refId: 'A', name: 'n', series: [], meta }), expected);
});

test('notices and the query are said once, the rest on every frame', () => {
  const notices = [{ severity: 'warning', text: 'cut' } as const];
  const meta = { notices, executedQueryString: 'q', stats: [], channel: 'c' };
  const frames = timeSeriesMulti({ refId: 'A', name: 'n', series: [empty, google, yahoo], meta });
  const type = { type: 'timeseries-multi', typeVersion: [0, 1] };
  assert.deepEqual(
    frames.map((frame) => frame.meta),
    [
      { ...meta, ...type },
      { channel: 'c', ...type },
    ]
  );
});

test('the legend shows label values, in their order', () => {
  assert.deepEqual(legends({ vmta: 'bulk', node: 'mta1' }, { vmta: 'bulk', node: 'mta2' }), [
    'bulk, mta1',
    'bulk, mta2',
  ]);
});

test('where label values say too little, Grafana names the series', () => {
  assert.deepEqual(legends({}), [undefined]);
  assert.deepEqual(legends({ provider: '' }, { provider: 'x', node: '' }), [undefined, undefined]);
});

test('a legend in the config wins', () => {
  const frames = timeSeriesMulti({ refId: 'A', name: 'n', series: [google], config: { displayNameFromDS: 'mine' } });
  assert.equal(frames[0]?.fields[1]?.config?.displayNameFromDS, 'mine');
});

test('the interval lets panels draw gaps', () => {
  const frames = timeSeriesMulti({ refId: 'A', name: 'n', series: [google], intervalMs: 60_000 });
  assert.deepEqual(frames[0]?.fields[0]?.config, { interval: 60_000 });
});

test('two series with the same labels are refused', () => {
  const twin: Series = { ...yahoo, labels: { provider: 'google' } };
  assert.throws(() => timeSeriesMulti({ refId: 'A', name: 'n', series: [google, twin] }), FrameError);
  assert.equal(
    timeSeriesMulti({ refId: 'A', name: 'n', series: [google, { ...empty, labels: google.labels }] }).length,
    1
  );
});
