import { setTimeout as delay } from 'node:timers/promises';

import type { AccountingState } from '../../intake/state.ts';
import { type StoreUsage, storeUsage } from '../../store/usage.ts';
import type { DataSource } from './dataSource.ts';

/** A store that does not answer by then is left out: a scrape has a few seconds for all that is asked. */
const storeMs = 2000;

interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** The plugin's own metrics in Prometheus text, as `/api/plugins/pmta-datasource/metrics` serves them. */
export async function prometheusText(dataSources: readonly DataSource[], waitMs = storeMs): Promise<string> {
  const stores = await Promise.all(
    dataSources.map(async (dataSource) => ({
      labels: { store: dataSource.database },
      usage: await usageWithin(waitMs, dataSource),
    }))
  );
  const nodes = dataSources.flatMap(({ database, intake, monitors }) =>
    intake.state().map((state) => ({
      labels: { store: database, node: state.node },
      state,
      isPolled: monitors.has(state.node),
    }))
  );
  // A counter that begins at 0 and then goes on where it was would count everything as new.
  const perNode = (value: (state: AccountingState) => number | null): Sample[] =>
    nodes.flatMap(({ labels, state }) => sample(labels, state.isCounted ? value(state.accounting) : null));
  const perStore = (value: (usage: StoreUsage) => number | null): Sample[] =>
    stores.flatMap(({ labels, usage }) => sample(labels, usage ? value(usage) : null));
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
      perNode(({ records }) => records)
    ),
    family(
      'pmta_datasource_intake_duplicates_total',
      'counter',
      'Accounting records left out because another file had brought them.',
      perNode(({ duplicates }) => duplicates)
    ),
    family(
      'pmta_datasource_intake_rejects_total',
      'counter',
      'Accounting records that could not be read.',
      perNode(({ rejects }) => rejects)
    ),
    family(
      'pmta_datasource_intake_lost_bytes_total',
      'counter',
      'Bytes of accounting that were deleted or cut off before they could be read.',
      perNode(({ lostBytes }) => lostBytes)
    ),
    family(
      'pmta_datasource_intake_records_per_second',
      'gauge',
      'Accounting records stored a second, over the last ten seconds.',
      perNode(({ recordsPerSecond }) => recordsPerSecond)
    ),
    family(
      'pmta_datasource_intake_lag_bytes',
      'gauge',
      'Bytes written by PMTA and not stored yet.',
      perNode(({ lagBytes }) => lagBytes)
    ),
    family(
      'pmta_datasource_intake_lag_seconds',
      'gauge',
      'Age of the last record that was stored while others wait; absent while it is not known.',
      perNode(({ lagSeconds }) => lagSeconds)
    ),
    family(
      'pmta_datasource_poll_up',
      'gauge',
      'Whether the last poll of the monitor was answered in full.',
      // A node without a monitor is not down.
      nodes
        .filter(({ isPolled }) => isPolled)
        .map(({ labels, state: { poll } }) => ({ labels, value: poll.lastMs !== null && poll.error === '' ? 1 : 0 }))
    ),
    family(
      'pmta_datasource_store_up',
      'gauge',
      'Whether the store answers and takes what is written.',
      dataSources.map(({ intake }, index) => ({
        labels: stores[index]?.labels ?? {},
        value: stores[index]?.usage && intake.storeFailure() === null ? 1 : 0,
      }))
    ),
    family(
      'pmta_datasource_store_bytes',
      'gauge',
      'Size of the store on its disk.',
      perStore(({ bytes }) => bytes)
    ),
    family(
      'pmta_datasource_store_records',
      'gauge',
      'Accounting records in the store.',
      perStore(({ records }) => records)
    ),
    family(
      'pmta_datasource_store_oldest_record_timestamp_seconds',
      'gauge',
      'When the oldest stored accounting record was logged.',
      perStore(({ oldestMs }) => (oldestMs === null ? null : oldestMs / 1000))
    ),
    family(
      'pmta_datasource_store_disk_free_bytes',
      'gauge',
      'Free space on the disk of the store.',
      perStore(({ freeBytes }) => freeBytes)
    ),
    family(
      'pmta_datasource_store_disk_bytes',
      'gauge',
      'Size of the disk of the store.',
      perStore(({ diskBytes }) => diskBytes)
    ),
  ].join('');
}

async function usageWithin(waitMs: number, dataSource: DataSource): Promise<StoreUsage | null> {
  const { database, settings } = dataSource;
  const late = new AbortController();
  const usage = dataSource
    .engine()
    .then((engine) => storeUsage(engine, database, settings.retentionDays, late.signal))
    .catch(() => null);
  const done = new AbortController();
  const timeout = delay(waitMs, null, { signal: done.signal, ref: false }).catch(() => null);
  const answer = await Promise.race([usage, timeout]);
  done.abort();
  late.abort();
  return answer;
}

/** None for a value that is not known. */
function sample(labels: Record<string, string>, value: number | null): Sample[] {
  return value === null ? [] : [{ labels, value }];
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
