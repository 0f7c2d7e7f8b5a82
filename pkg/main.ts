import { serve } from './grafana/serve.ts';

const usage = `gpx_pmta is the backend of Grafana's data source plugin PowerMTA. Grafana starts it without arguments.

usage: gpx_pmta <command> [options]

  collect   collects on a PMTA host and sends to Grafana or to ClickHouse
  schema    prints the tables of the store as SQL, for a ClickHouse administrator

gpx_pmta <command> --help tells more.
`;

/** Each is loaded when it is asked for: Grafana must not wait for what it does not use. */
const commands: Readonly<Record<string, () => Promise<{ run(args: string[]): Promise<number> }>>> = {
  collect: () => import('./commands/collect/collect.ts'),
  schema: () => import('./commands/schema/schema.ts'),
};

const [name, ...args] = process.argv.slice(2);
const command = name === undefined ? undefined : commands[name];
if (name === undefined) {
  void serve(async (log) => (await import('./commands/plugin/plugin.ts')).createHandlers(process.env, log));
} else if (command) {
  const { run } = await command();
  process.exitCode = await run(args);
} else if (name === '--help') {
  process.stdout.write(usage);
} else {
  process.stderr.write(`unknown command ${JSON.stringify(name)}\n\n${usage}`);
  process.exitCode = 2;
}
