import { bytesText, countText } from './amounts.ts';
import type { Finding } from './finding.ts';
import type { StoreReport } from './intakeReport.ts';

/** From here on a disk should be looked at, percent: merging needs room too. */
const nearlyFull = 90;

const whileFull =
  'Intake then resumes by itself; nothing is lost meanwhile as long as PMTA keeps its accounting files.';

/** What "Save & test" says of the store. */
export function storeFindings(store: StoreReport): Finding[] {
  const findings: Finding[] = [];
  if (store.error !== '') {
    findings.push({ kind: 'failed', text: store.code === 'disk-full' ? `${store.error} ${whileFull}` : store.error });
  }
  const { bytes, records = 0, oldestMs, retentionDays, freeBytes = null, diskBytes = null, fullInDays = null } = store;
  if (bytes === undefined) {
    return findings;
  }
  const since = oldestMs ? ` since ${new Date(oldestMs).toISOString().slice(0, 10)}` : '';
  const free = freeBytes === null ? '' : `, ${bytesText(freeBytes)} free`;
  findings.push({
    kind: 'info',
    text: `store: ${bytesText(bytes)}, ${countText(records)} records${since}, kept for ${retentionDays} days${free}`,
  });
  const used = freeBytes === null || diskBytes === null ? 0 : (1 - freeBytes / diskBytes) * 100;
  if (freeBytes !== null && used > nearlyFull) {
    const time = fullInDays === null ? '' : `, enough for ${lasting(fullInDays)} at the pace of the last 24 hours`;
    findings.push({
      kind: 'note',
      text:
        `the store's disk is ${Math.floor(used)} % full (${bytesText(freeBytes)} free${time}): free or add space, or keep ` +
        'records for fewer days',
    });
  }
  return findings;
}

function lasting(days: number): string {
  return days < 2 ? `${Math.round(days * 24)} hours` : `${Math.floor(days)} days`;
}
