import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countBy, MINUTE, read, START, start, type Row } from './fixture.ts';
import { RECORD_TYPES, type RecordType } from './model/events.ts';

test('the records of the files are the truth of `counts`, in every dimension', async (t) => {
  const pmta = await start(t);
  pmta.throttle({ provider: 'yahoo', pool: 'marketing', to: START + 5 * MINUTE });
  await pmta.advance(10 * MINUTE);
  pmta.deleteQueued({ pool: 'newsletter' });
  const rows = read(pmta);
  const { counts } = pmta;
  assert.equal(rows.length, counts.total);
  for (const type of RECORD_TYPES) {
    const ofType = rows.filter((row) => row.type === type);
    assert.equal(ofType.length, counts.byType[type], type);
    const expect = (
      dimension: { values(): string[]; of(value: string): Record<RecordType, number> },
      found: Map<string, number>,
      name: string
    ): void => {
      for (const value of new Set([...dimension.values(), ...found.keys()])) {
        assert.equal(found.get(value) ?? 0, dimension.of(value)[type], `${type} by ${name}: ${value}`);
      }
    };
    if (type !== 'f') {
      // Feedback reports redact the recipient, or leave it out.
      expect(
        counts.byDomain,
        countBy(ofType, (row) => row.rcpt!.split('@')[1]),
        'domain'
      );
    }
    if (['d', 'b', 't', 'tq'].includes(type)) {
      expect(
        counts.byQueue,
        countBy(ofType, (row) => row.queue),
        'queue'
      );
      expect(
        counts.byVmta,
        countBy(ofType, (row) => row.vmta),
        'vmta'
      );
    }
    if (['d', 'b', 't'].includes(type)) {
      expect(
        counts.byPool,
        countBy(ofType, (row) => row.vmtaPool),
        'pool'
      );
      expect(
        counts.byJob,
        countBy(ofType, (row) => row.jobId || undefined),
        'job'
      );
      expect(
        counts.byBounceCategory,
        countBy(ofType, (row) => row.bounceCat || undefined),
        'bounce category'
      );
    }
    expect(
      counts.byMinute,
      countBy(ofType, (row) => `${row.timeLogged!.slice(0, 16).replace(' ', 'T')}Z`),
      'minute'
    );
  }
  const delivered = rows.filter((row) => row.type === 'd');
  const sum = (value: (row: Row) => number): number => delivered.reduce((total, row) => total + value(row), 0);
  assert.equal(
    counts.deliveredBytes,
    sum((row) => Number(row.dlvSize))
  );
  const time = (text: string): number => Date.parse(text.replace(' ', 'T')) / 1000;
  assert.equal(
    counts.deliveredSeconds,
    sum((row) => time(row.timeLogged!) - time(row.timeQueued!))
  );
  const deleted = rows.filter((row) => row.dsnDiag === 'x-pmta;deleted by administrator');
  assert.ok(deleted.length > 0);
  assert.equal(deleted.length, counts.adminDeleted);
});
