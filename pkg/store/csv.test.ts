import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { csvInsertSql } from './csv.ts';
import { loadChdb } from './embedded/chdb.ts';

test('the statement is one that ClickHouse parses with the data behind it, its settings those of the insert', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-csv-'));
  // Not a query connection: those refuse settings inside a statement.
  const session = new (await loadChdb()).Session(directory);
  const insert = {
    table: 'd.t',
    columns: ['a', 'position'],
    select: ['c1', 'rowNumberInAllBlocks()'],
    params: {},
    bytes: Buffer.alloc(0),
    fields: 1,
    token: "it's",
  };
  for (const onlyNew of [undefined, { key: ['a'], where: 'position > 0' }]) {
    const sql = csvInsertSql({ ...insert, onlyNew }, (structure) => `input('${structure}')`);
    const ast = await session.queryAsync(`EXPLAIN AST ${sql}\nFORMAT CSV`, { format: 'TabSeparatedRaw' });
    const lines = ast
      .text()
      .split('\n')
      .map((line) => line.replaceAll('"', ''));
    assert.match(lines[0] ?? '', /^InsertQuery/);
    // At the level of the insert: there its settings hold for the reading of the data, too.
    assert.ok(lines.includes(' Set'), lines.join('\n'));
    assert.equal(lines.filter((line) => line.includes('Function input ')).length, 1);
  }
  session.close();
  rmSync(directory, { recursive: true });
});
