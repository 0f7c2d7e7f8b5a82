import { serve } from './grafana/serve.ts';

const usage = `gpx_pmta is the backend of Grafana's data source plugin PowerMTA; Grafana starts it without arguments.

usage: gpx_pmta [--help]
`;

const [command] = process.argv.slice(2);
if (command === '--help') {
  process.stdout.write(usage);
} else if (command !== undefined) {
  process.stderr.write(`unknown command ${JSON.stringify(command)}\n\n${usage}`);
  process.exitCode = 2;
} else {
  void serve(async (log) => (await import('./commands/plugin/plugin.ts')).createHandlers(process.env, log));
}
