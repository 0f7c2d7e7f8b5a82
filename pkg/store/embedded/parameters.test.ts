import assert from 'node:assert/strict';
import { test } from 'node:test';

import { setParameters } from './parameters.ts';

test('no parameters need no statement', () => {
  assert.equal(setParameters({}), '');
});

test('every value is one string constant, whatever it contains', () => {
  assert.equal(
    setParameters({ p0: `it's \\ a\ttab`, p1: 7 }),
    `SET param_p0 = 'it\\'s \\\\\\\\ a\\\\ttab', param_p1 = '7'`
  );
  assert.equal(setParameters({ p0: [`a'`, 'b'] }), `SET param_p0 = '[\\'a\\\\\\'\\', \\'b\\']'`);
  assert.equal(setParameters({ p0: [1, 2] }), `SET param_p0 = '[1, 2]'`);
});
