import type { Field, Frame, Notice } from '../frames/frame.ts';
import { noDataFrame } from '../frames/noDataFrame.ts';
import { table } from '../frames/table.ts';
import type { MonitorSnapshot } from '../pmta/monitor.ts';
import type { LiveNode, QueryContext } from './context.ts';
import { type LiveColumn, liveColumns, liveRows } from './liveRows.ts';
import { type LiveRow, matcher } from './matches.ts';
import type { LiveQuery, Resource } from './model.ts';
import { QueryError } from './error.ts';

/** No node answered; the message holds what each said. */
export class AllNodesFailed extends Error {
  constructor(messages: string[]) {
    super(messages.join('; '));
    this.name = 'AllNodesFailed';
  }
}

/**
 * PMTA now, straight from the monitors, all nodes side by side. A node that does not answer becomes a warning beside the
 * others' rows; only when none answers is it the query's error.
 */
export async function runLive(query: LiveQuery, context: QueryContext): Promise<Frame[]> {
  const columns = liveColumns[query.resource];
  const matches = matcher(query.filters, columns);
  const nodes = askedNodes(query, context.nodes);
  const answers = await Promise.allSettled(nodes.map((node) => node.get(query.resource, context.signal)));
  const notices: Notice[] = [];
  const failures: string[] = [];
  const rows: LiveRow[] = [];
  for (const answer of answers) {
    if (answer.status === 'fulfilled') {
      rows.push(...rowsOf(query.resource, answer.value));
      notices.push(
        ...answer.value.notices.map((text): Notice => ({ severity: 'warning', text: `${answer.value.node}: ${text}` }))
      );
    } else {
      failures.push(answer.reason instanceof Error ? answer.reason.message : String(answer.reason));
    }
  }
  if (failures.length === nodes.length) {
    throw new AllNodesFailed(failures);
  }
  notices.push(...failures.map((text): Notice => ({ severity: 'error', text })));
  const chosen = rows.filter(matches);
  chosen.sort((a, b) => Number(b.recipients ?? 0) - Number(a.recipients ?? 0));
  const shown = chosen.slice(0, query.limit);
  if (chosen.length > shown.length) {
    notices.push({
      severity: 'info',
      text: `Shown are ${shown.length} of ${chosen.length} rows: raise the limit to see more.`,
    });
  }
  const meta = notices.length > 0 ? { notices } : {};
  if (shown.length === 0) {
    return [noDataFrame(context.refId, { ...meta, type: 'table' })];
  }
  return [table({ refId: context.refId, fields: columns.map((column) => toField(column, shown)), meta })];
}

/** A filter on `node` spares the others a request. */
function askedNodes(query: LiveQuery, nodes: readonly LiveNode[]): readonly LiveNode[] {
  if (nodes.length === 0) {
    throw new QueryError('No node has a monitor URL: add one in the data source settings.');
  }
  const onNode = matcher(
    query.filters.filter(({ key }) => key === 'node'),
    [{ name: 'node', kind: 'string' }]
  );
  const asked = nodes.filter(({ name }) => onNode({ node: name }));
  if (asked.length === 0) {
    throw new QueryError(`No node passes the filters; there is: ${nodes.map(({ name }) => name).join(', ')}`);
  }
  return asked;
}

function rowsOf<R extends Resource>(resource: R, snapshot: MonitorSnapshot<R>): LiveRow[] {
  return liveRows[resource](snapshot.data).map((row) => ({ node: snapshot.node, ...row }));
}

function toField({ name, kind, config }: LiveColumn, rows: LiveRow[]): Field {
  const values = rows.map((row) => row[name] ?? null);
  const base = { name, nullable: true, ...(config && { config }) };
  switch (kind) {
    case 'string':
      return { ...base, kind, values: values.map((value) => (value === null ? null : String(value))) };
    case 'boolean':
      return { ...base, kind, values: values.map((value) => (typeof value === 'boolean' ? value : null)) };
    case 'float64':
    case 'time':
      return { ...base, kind, values: values.map((value) => (typeof value === 'number' ? value : null)) };
  }
}
