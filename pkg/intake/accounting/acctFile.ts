import { basename } from 'node:path';

import { parseAccountingFileName } from '../../pmta/accounting/fileName.ts';

/** Name of the acct-file that a file belongs to: `acct` of `acct-2026-02-07-0003.csv`, and of `acct.csv.1`. */
export function acctFileOf(path: string): string {
  const own = () =>
    basename(path)
      .replace(/\.gz$/i, '')
      .replace(/([.-]\d+)+$/, '')
      .replace(/\.[a-z]+$/i, '');
  return parseAccountingFileName(path)?.family ?? own();
}
