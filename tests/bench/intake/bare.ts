import { openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { parseHeader } from '../../../pkg/pmta/accounting/header.ts';
import { literal } from '../../../pkg/store/sql.ts';
import { benchStore, numberOf, watchMemory } from './store.ts';

// Prints how long the engine alone takes for the accounting files of a folder: every column as text, nothing derived,
// nothing remembered, all cores.
const [folder = ''] = process.argv.slice(2);
const { engine, close } = await benchStore();
const [first = ''] = readdirSync(folder).filter((name) => name.endsWith('.csv'));
const head = Buffer.alloc(64 * 1024);
readSync(openSync(join(folder, first), 'r'), head, 0, head.length, 0);
const columns = parseHeader(head.toString('utf8', 0, head.indexOf(0x0a) + 1));
const structure = columns.map((_, index) => `c${index + 1} String`).join(', ');
await engine.execute({
  sql: `CREATE TABLE d.bare (${structure}) ENGINE = MergeTree ORDER BY c2`,
  params: {},
});
const peak = watchMemory();
const began = performance.now();
await engine.execute({
  sql: `INSERT INTO d.bare SELECT * FROM file(${literal(join(folder, '*.csv'))}, 'CSV', ${literal(structure)})
    SETTINGS input_format_csv_skip_first_lines = 1`,
  params: {},
});
const seconds = (performance.now() - began) / 1000;
const peakBytes = peak();
const records = await numberOf(engine, 'SELECT count() FROM d.bare');
await close();
console.log(JSON.stringify({ seconds, records, peakBytes, diskBytes: 0 }));
process.exit(0);
