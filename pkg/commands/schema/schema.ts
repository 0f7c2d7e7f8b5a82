import { schemaSql } from '../../store/schema/migrate.ts';
import { databaseProblem } from '../../store/server/address.ts';
import { OptionError, readOptions, withUsage } from '../options.ts';

const usage = `Prints the tables of the store as SQL, for a ClickHouse administrator to run where the plugin's user may not create
tables. The statements can be run again.

usage: gpx_pmta schema [--database NAME] [--days N] [--cluster NAME]

  --database NAME  database of the tables (pmta)
  --days N         how long rows are kept, as retentionDays of the data source (90)
  --cluster NAME   of several servers: replicated and distributed tables, made ON CLUSTER
`;

/** `gpx_pmta schema`; answers the exit code. */
export function run(args: string[]): Promise<number> {
  return withUsage(usage, args, async () => {
    const options = readOptions(args, {
      database: { type: 'string', default: 'pmta' },
      days: { type: 'string', default: '90' },
      cluster: { type: 'string', default: '' },
    });
    const days = Number(options.days);
    if (!Number.isInteger(days) || days < 1 || days > 3650) {
      throw new OptionError('--days must be a whole number from 1 to 3650');
    }
    for (const name of ['database', 'cluster'] as const) {
      const problem = options[name] === '' && name === 'cluster' ? undefined : databaseProblem(options[name]);
      if (problem) {
        throw new OptionError(`--${name} ${problem}`);
      }
    }
    const statements = schemaSql({ database: options.database, cluster: options.cluster }, days);
    process.stdout.write(statements.map((sql) => `${sql};\n`).join('\n'));
    return 0;
  });
}
