import assert from 'node:assert/strict';
import { test } from 'node:test';

import { strings } from '../arrow.ts';
import { testEngine } from '../test-engine.ts';
import { migrate } from './migrate.ts';

const { engine } = await testEngine();
await migrate(engine, 'd', 3650);

/** As rows have it that were stored before the column was there: by its default. */
const cases: Array<[expected: string, row: Record<string, string>]> = [
  ['', { type: 'd', status: '2.0.0' }],
  ['', { type: 't', status: '5.1.1', bounce_category: 'bad-mailbox' }],
  ['hard', { type: 'b', status: '5.1.1', bounce_category: 'bad-mailbox' }],
  ['hard', { type: 'rb', status: '5.0.0', bounce_category: 'bad-domain' }],
  ['hard', { type: 'b', status: '5.2.1', bounce_category: 'inactive-mailbox' }],
  ['hard', { type: 'b', status: '5.4.4', bounce_category: 'routing-errors' }],
  ['soft', { type: 'b', status: '4.4.7', bounce_category: 'routing-errors' }],
  ['soft', { type: 'b', status: '5.7.1', bounce_category: 'spam-related' }],
  ['soft', { type: 'b', status: '5.1.1', bounce_category: 'policy-related' }],
  ['soft', { type: 'b', status: '5.1.1', bounce_category: 'own-category' }],
  ['hard', { type: 'b', status: '5.1.10', bounce_category: '' }],
  ['hard', { type: 'b', status: '5.1.3', bounce_category: 'other' }],
  ['soft', { type: 'b', status: '5.1.100', bounce_category: 'other' }],
  ['hard', { type: 'b', status: '5.0.0', enhanced_code: '550-5.1.1', bounce_category: 'other' }],
  ['soft', { type: 'b', status: '5.0.0', enhanced_code: '550', bounce_category: '' }],
  ['hard', { type: 'rb', status: '', enhanced_code: '550-5.1.1' }],
  ['soft', { type: 'rb', status: '', enhanced_code: '450-4.2.2', bounce_category: 'bad-mailbox' }],
  ['soft', { type: 'b', status: '' }],
  ['admin', { type: 'b', status: '5.0.0', bounce_category: 'other', reply: 'x-pmta;deleted by administrator' }],
  [
    'admin',
    { type: 'b', status: '5.1.1', bounce_category: 'bad-mailbox', reply: 'x-pmta;deleted by administrator: x' },
  ],
  ['soft', { type: 'b', status: '5.0.0', bounce_category: 'other', reply: 'smtp;550 x-pmta;deleted by administrator' }],
];

test('a bounce is hard, soft or a deletion by what PMTA and the receiver say', async () => {
  await engine.insert(
    'd.events',
    cases.map(([, row], position) => ({ time: '2026-01-01 00:00:00', position, ...row }))
  );
  const result = await engine.query(
    { sql: 'SELECT toString(bounce_class) AS class FROM d.events ORDER BY position', params: {} },
    new AbortController().signal
  );
  for (const [position, [expected, row]] of cases.entries()) {
    assert.equal(strings(result, 'class')[position], expected, JSON.stringify(row));
  }
});
