import type { AccountingSettings } from '../../settings/model.ts';
import { bytesText, countText, durationText } from './amounts.ts';
import { about, type Finding } from './finding.ts';
import type { NodeReport } from './intakeReport.ts';

/**
 * What "Save & test" says of the accounting that has come in from a node: how much, how late, and what of it was lost.
 *
 * @param report of the node; undefined where its intake has not begun
 * @param named what its settings name, as `2 accounting files`; empty where that failed
 * @param storeError of the store, which is told once for all nodes
 */
export function intakeFindings(
  node: string,
  settings: AccountingSettings,
  report: NodeReport | undefined,
  named: readonly string[],
  storeError: string,
  nowMs: number
): Finding[] {
  const received = settings.receive ? [lastBatch(report?.receivedMs ?? null, nowMs)] : [];
  const parts = [...named, ...received, ...(report ? progress(report) : [])];
  const line: Finding[] =
    named.length + received.length > 0 ? [{ kind: 'ok', text: `${node}: ${parts.join(', ')}` }] : [];
  if (!report) {
    return line;
  }
  const problems = report.accounting.problems.filter((problem) => problem !== storeError);
  return [
    ...line,
    ...problems.map((text): Finding => ({ kind: 'failed', text: about(node, text) })),
    ...losses(report),
    ...report.hostProblems.map((text): Finding => ({ kind: 'note', text: about(node, text) })),
  ];
}

function lastBatch(receivedMs: number | null, nowMs: number): string {
  return receivedMs === null
    ? 'no batch received yet'
    : `last batch received ${durationText(Math.max(0, nowMs - receivedMs) / 1000)} ago`;
}

function progress({ accounting }: NodeReport): string[] {
  const { files, lagBytes, lagSeconds, records, duplicates, recordsPerSecond } = accounting;
  const late = lagSeconds === null ? '' : `${durationText(lagSeconds)} and `;
  const lag = lagBytes === 0 ? 'up to date' : `${late}${bytesText(lagBytes)} behind`;
  return [
    ...(files > 0 ? [lag] : []),
    ...(recordsPerSecond >= 0.5 ? [`${countText(recordsPerSecond)} records/s`] : []),
    ...(records > 0 ? [`${countText(records)} records stored`] : []),
    ...(duplicates > 0 ? [`${countText(duplicates)} duplicates left out`] : []),
  ];
}

function losses({ node, accounting, rejectReasons }: NodeReport): Finding[] {
  const findings: Finding[] = [];
  const [top] = rejectReasons;
  if (accounting.rejects > 0) {
    const why = top ? `, most often: ${top.reason} (${top.path})` : '';
    const records = accounting.rejects === 1 ? '1 record' : `${countText(accounting.rejects)} records`;
    findings.push({ kind: 'note', text: `${node}: ${records} could not be read${why}` });
  }
  if (accounting.lostBytes > 0) {
    findings.push({
      kind: 'note',
      text:
        `${node}: ${bytesText(accounting.lostBytes)} of accounting were deleted or cut off before they could be read: ` +
        'keep the files longer (delete-after of the acct-file)',
    });
  }
  return findings;
}
