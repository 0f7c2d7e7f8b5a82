import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changes } from './changes.ts';

test('a message is logged when it is new, and its end once', () => {
  const lines: string[] = [];
  const report = changes({
    info: (message) => lines.push(`info ${message}`),
    warn: (message) => lines.push(`warn ${message}`),
  });
  for (const message of ['', 'away', 'away', '', '', 'away', 'full']) {
    report('sending', message);
  }
  report('polling', 'away');
  assert.deepEqual(lines, [
    'warn sending: away',
    'info sending: works again',
    'warn sending: away',
    'warn sending: full',
    'warn polling: away',
  ]);
});
