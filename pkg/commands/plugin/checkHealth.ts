import type { CallScope, HealthResult } from '../../grafana/handlers.ts';
import { messageOf } from '../../intake/messageOf.ts';
import type { Monitor } from '../../pmta/monitor.ts';
import { probe } from '../../pmta/probe.ts';
import { checkAccounting } from './checkAccounting.ts';
import type { DataSource } from './dataSource.ts';
import type { Finding } from './finding.ts';
import { intakeFindings } from './intakeFindings.ts';
import { intakeReport } from './intakeReport.ts';
import { storeFindings } from './storeFindings.ts';

/**
 * "Save & test": the store, every node's monitor and every node's accounting, side by side, so that one look tells what
 * works, what does not, and what to do. Not OK when anything that is configured does not work.
 */
export async function checkHealth(
  dataSource: () => Promise<DataSource>,
  roots: readonly string[],
  scope: CallScope
): Promise<HealthResult> {
  let open: DataSource;
  try {
    open = await dataSource();
  } catch (error) {
    return { status: 'error', message: messageOf(error) };
  }
  const { settings, monitors } = open;
  if (settings.nodes.length === 0) {
    return { status: 'error', message: 'Add a node: the name and monitor URL of a PMTA server.' };
  }
  const [report, probed, accounting] = await Promise.all([
    intakeReport(open, scope.signal),
    Promise.all([...monitors.values()].map((monitor) => checkMonitor(monitor, scope.signal))),
    Promise.all(settings.nodes.map((node) => checkAccounting(node, monitors.get(node.name), roots, scope.signal))),
  ]);
  const nowMs = Date.now();
  const ofNodes = settings.nodes.flatMap(({ name, accounting: ways }, index): Finding[] => {
    const { named = [], findings = [] } = accounting[index] ?? {};
    const ofNode = report.nodes.find(({ node }) => node === name);
    return [...findings, ...intakeFindings(name, ways, ofNode, named, report.store.error, nowMs)];
  });
  const ofStore = storeFindings(report.store);
  const ofMonitors = probed.flat();
  // Of the notes only the first is always seen: what is lost matters more than a list that is not whole.
  return summary(once([...ofStore, ...ofMonitors, ...ofNodes]), once([...ofStore, ...ofNodes, ...ofMonitors]));
}

async function checkMonitor(monitor: Monitor, signal: AbortSignal): Promise<Finding[]> {
  const result = await probe(monitor, signal);
  const notices = result.ok ? result.notices.map((text): Finding => ({ kind: 'note', text })) : [];
  return [{ kind: result.ok ? 'ok' : 'failed', text: result.message }, ...notices];
}

/** What fails now may have failed at the last poll too. */
function once(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()];
}

function summary(findings: readonly Finding[], byWeight: readonly Finding[]): HealthResult {
  const failed = textsOf('failed', findings);
  const notes = textsOf('note', byWeight);
  // Grafana shows no details beside a success.
  const hint = notes.length > 1 ? [`${notes[0]} (and ${notes.length - 1} more)`] : notes;
  return {
    status: failed.length === 0 ? 'ok' : 'error',
    message: failed.length > 0 ? sentences(failed) : sentences([...textsOf('ok', findings), ...hint]),
    details: { verboseMessage: findings.map(({ kind, text }) => `${kind.toUpperCase()}: ${text}`).join('\n') },
  };
}

function textsOf(kind: Finding['kind'], findings: readonly Finding[]): string[] {
  return findings.filter((finding) => finding.kind === kind).map(({ text }) => text);
}

function sentences(texts: string[]): string {
  return texts.map((text) => text.replace(/\.$/, '')).join('. ');
}
