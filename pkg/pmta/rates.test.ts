import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEnvelope } from './envelope.ts';
import { normalizeStatus } from './normalize/status.ts';
import { trafficRates } from './rates.ts';
import type { Snapshot, TrafficCount } from './snapshot.ts';
import { statusAnswer } from './test-server.ts';

const start = Date.UTC(2026, 1, 7, 8);

interface Sample {
  /** Seconds after `start`. */
  at: number;
  /** PMTA's start, seconds after `start`; null where it does not say. */
  started?: number | null;
  in?: Partial<TrafficCount>;
  out?: Partial<TrafficCount>;
}

function sample({ at, started = 0, in: received = {}, out: sent = {} }: Sample): Snapshot<'status'> {
  const envelope = openEnvelope('mta1', 'status', { contentType: '', text: JSON.stringify(statusAnswer()) });
  const data = normalizeStatus(envelope, {
    now_ms: start + at * 1000,
    started_ms: started === null ? null : start + started * 1000,
  });
  const none = { recipients: 0, messages: 0, kilobytes: 0 };
  data.traffic.total = { in: { ...none, ...received }, out: { ...none, ...sent } };
  return { node: 'mta1', resource: 'status', taken_ms: start + at * 1000, data };
}

test('the first sample has no rates', () => {
  assert.deepEqual(trafficRates(null, sample({ at: 100 })), { rates: null, event: null });
});

test('rates are differences per second', () => {
  const { rates, event } = trafficRates(
    sample({ at: 100, in: { recipients: 50 }, out: { recipients: 1000, messages: 900, kilobytes: 5000.5 } }),
    sample({ at: 115, in: { recipients: 50 }, out: { recipients: 1150, messages: 1020, kilobytes: 5150.5 } })
  );
  assert.deepEqual(rates?.out, { recipients: 10, messages: 8, kilobytes: 10 });
  assert.deepEqual(rates.in, { recipients: 0, messages: 0, kilobytes: 0 });
  assert.equal(event, null);
});

test('after a restart the new value counts, also where it is the higher one', () => {
  for (const recipients of [30, 6000]) {
    const { rates, event } = trafficRates(
      sample({ at: 100, out: { recipients: 5000 } }),
      sample({ at: 115, started: 105, out: { recipients } })
    );
    assert.equal(rates?.out.recipients, recipients / 15);
    assert.equal(event, 'restart');
  }
});

test('a restart is told once', () => {
  const after = [115, 130, 145].map((at) => sample({ at, started: 114, out: { recipients: at } }));
  const samples = [sample({ at: 100, out: { recipients: 5000 } }), ...after];
  const events = samples.map((current, index) => trafficRates(samples[index - 1] ?? null, current).event);
  assert.deepEqual(events, [null, 'restart', null, null]);
});

test('a reset of the counters counts from zero for those that fell', () => {
  const { rates, event } = trafficRates(
    sample({ at: 100, in: { recipients: 10 }, out: { recipients: 5000, messages: 5000, kilobytes: 90_000 } }),
    sample({ at: 110, in: { recipients: 12 }, out: { recipients: 40, messages: 40, kilobytes: 700 } })
  );
  assert.deepEqual(rates?.out, { recipients: 4, messages: 4, kilobytes: 70 });
  assert.equal(rates.in.recipients, 0.2);
  assert.equal(event, 'counter-reset');
});

test('kilobytes that fall alone are rounding, no reset', () => {
  const { rates, event } = trafficRates(
    sample({ at: 100, out: { recipients: 5, kilobytes: 90_000.1 } }),
    sample({ at: 110, out: { recipients: 5, kilobytes: 90_000 } })
  );
  assert.deepEqual(rates?.out, { recipients: 0, messages: 0, kilobytes: 0 });
  assert.equal(event, null);
});

test('a start that moves by an hour with daylight saving is no restart', () => {
  const { rates, event } = trafficRates(
    sample({ at: 90_000, started: 0, out: { recipients: 100 } }),
    sample({ at: 90_010, started: 3600, out: { recipients: 200 } })
  );
  assert.equal(event, null);
  assert.equal(rates?.out.recipients, 10);
});

test('without uptime a changed start is a restart, without start only the counters tell', () => {
  const before = { at: 100, out: { recipients: 50 } };
  assert.equal(trafficRates(sample(before), sample({ at: 110, started: 500 })).event, 'restart');
  const silent = trafficRates(sample({ ...before, started: null }), sample({ at: 110, started: null }));
  assert.equal(silent.event, 'counter-reset');
});

test('rates are never negative, and samples out of order give none', () => {
  const values = [5, 3, 9, 0, 7, 7, 1];
  const samples = values.map((recipients, index) =>
    sample({ at: 100 + index * 10, in: { recipients, messages: 9 - recipients, kilobytes: recipients * 2 } })
  );
  for (let index = 1; index < samples.length; index++) {
    const { rates } = trafficRates(samples[index - 1] ?? null, samples[index] ?? sample({ at: 0 }));
    assert.ok(rates !== null && rates.in.recipients >= 0 && rates.in.messages >= 0 && rates.in.kilobytes >= 0);
  }
  assert.deepEqual(trafficRates(sample({ at: 100 }), sample({ at: 100 })), { rates: null, event: null });
  assert.deepEqual(trafficRates(sample({ at: 100 }), sample({ at: 90 })), { rates: null, event: null });
});
