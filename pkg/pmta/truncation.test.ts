import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTruncation, type ListExtent } from './truncation.ts';

const extent: ListExtent = {
  listed: 10,
  total: 1428,
  title: 'Top 10 queues by number of recipients',
  noun: 'queues',
  format: 'json',
};

test('a list shorter than its total names the directive', () => {
  assert.equal(
    describeTruncation(extent),
    "top 10 of 1,428 queues: raise http-default-max-items in PMTA's configuration"
  );
  assert.match(describeTruncation({ ...extent, format: 'xml' }) ?? '', /\(PMTA 5\.0 or later\)$/);
});

test('a whole list says nothing, whatever its title', () => {
  assert.equal(describeTruncation({ ...extent, total: 10 }), null);
  assert.equal(describeTruncation({ ...extent, listed: 0, total: 0, title: 'Top 0 queues' }), null);
  assert.equal(describeTruncation({ ...extent, listed: 12, total: 10 }), null);
});

test('without a total the title tells', () => {
  assert.match(
    describeTruncation({ ...extent, total: null }) ?? '',
    /^top 10 queues, of which there may be more: raise/
  );
  assert.equal(describeTruncation({ ...extent, total: null, listed: 7 }), null);
  assert.equal(describeTruncation({ ...extent, total: null, title: 'Queues' }), null);
});
