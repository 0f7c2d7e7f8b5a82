import type { NodeIntake } from '../../intake/state.ts';
import type { DataSource } from './dataSource.ts';

interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** The plugin's own metrics in Prometheus text, as `/api/plugins/pmta-datasource/metrics` serves them. */
export function prometheusText(dataSources: readonly DataSource[]): string {
  const nodes = dataSources.flatMap(({ database, intake, monitors }) =>
    intake.state().map((state) => ({
      labels: { store: database, node: state.node },
      state,
      isPolled: monitors.has(state.node),
    }))
  );
  const perNode = (value: (state: NodeIntake) => number, among = nodes): Sample[] =>
    among.map(({ labels, state }) => ({ labels, value: value(state) }));
  return [
    family('pmta_datasource_resident_bytes', 'gauge', 'Memory of the plugin process.', [
      { labels: {}, value: process.memoryUsage.rss() },
    ]),
    family('pmta_datasource_data_sources', 'gauge', 'Data sources that are open.', [
      { labels: {}, value: dataSources.length },
    ]),
    family(
      'pmta_datasource_intake_records_total',
      'counter',
      'Accounting records stored.',
      perNode(({ accounting }) => accounting.records)
    ),
    family(
      'pmta_datasource_intake_rejects_total',
      'counter',
      'Accounting records that could not be read.',
      perNode(({ accounting }) => accounting.rejects)
    ),
    family(
      'pmta_datasource_intake_lag_bytes',
      'gauge',
      'Bytes written by PMTA and not stored yet.',
      perNode(({ accounting }) => accounting.lagBytes)
    ),
    family(
      'pmta_datasource_poll_up',
      'gauge',
      'Whether the last poll of the monitor was answered in full.',
      // A node without a monitor is not down.
      perNode(
        ({ poll }) => (poll.lastMs !== null && poll.error === '' ? 1 : 0),
        nodes.filter(({ isPolled }) => isPolled)
      )
    ),
  ].join('');
}

function family(name: string, type: 'gauge' | 'counter', help: string, samples: Sample[]): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}
