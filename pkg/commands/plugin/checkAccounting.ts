import { access, constants } from 'node:fs/promises';

import { listFiles } from '../../intake/accounting/files.ts';
import { parseAccountingFileName } from '../../pmta/accounting/fileName.ts';
import { PmtaError } from '../../pmta/error.ts';
import type { Monitor } from '../../pmta/monitor.ts';
import type { NodeSettings } from '../../settings/model.ts';
import { about, type Finding } from './finding.ts';

/** What the settings of a node's accounting name, as it is found now. */
export interface NamedAccounting {
  /** As `2 accounting files`; empty where there is nothing, or where it failed. */
  named: string[];
  findings: Finding[];
}

/** Looks whether a node's accounting can be read in the ways that its settings name. Throws the signal's reason. */
export async function checkAccounting(
  node: NodeSettings,
  monitor: Pick<Monitor, 'logFiles'> | undefined,
  roots: readonly string[],
  signal: AbortSignal
): Promise<NamedAccounting> {
  const { files, pull, receive } = node.accounting;
  if (node.url === '' && files.length === 0 && !receive) {
    const text = `${node.name} has neither a monitor URL nor accounting: enter a URL or files, or let it receive`;
    return { named: [], findings: [{ kind: 'failed', text }] };
  }
  const ways = await Promise.all([
    ...(files.length > 0 ? [checkFiles(node.name, files, roots)] : []),
    ...(pull && monitor ? [checkPull(node.name, monitor, signal)] : []),
  ]);
  return { named: ways.flatMap((way) => way.named), findings: ways.flatMap((way) => way.findings) };
}

async function checkFiles(node: string, globs: readonly string[], roots: readonly string[]): Promise<NamedAccounting> {
  const { files, problems } = await listFiles(globs, roots);
  const unreadable: string[] = [];
  for (const { path } of files) {
    await access(path, constants.R_OK).catch(() =>
      unreadable.push(
        `${path} cannot be read: add \`world-readable yes\` to the acct-file in PMTA's configuration, or put Grafana's user into the group of the file`
      )
    );
  }
  const failed = [...problems, ...unreadable.slice(0, 1)];
  return failed.length > 0
    ? { named: [], findings: failed.map((text) => ({ kind: 'failed', text: about(node, text) })) }
    : { named: [counted(files.length, '')], findings: [] };
}

async function checkPull(
  node: string,
  monitor: Pick<Monitor, 'logFiles'>,
  signal: AbortSignal
): Promise<NamedAccounting> {
  try {
    const { files, notices } = await monitor.logFiles(signal);
    const accounting = files.filter(({ name }) => parseAccountingFileName(name) !== null);
    const none: Finding = {
      kind: 'note',
      text: `${node}: /logs lists no accounting file to pull: its acct-file must be in PMTA's log folder (see /logs of the monitor)`,
    };
    return {
      named: accounting.length > 0 ? [counted(accounting.length, ' on the monitor')] : [],
      findings: [
        ...(accounting.length > 0 ? [] : [none]),
        ...notices.map((text): Finding => ({ kind: 'note', text: about(node, text) })),
      ],
    };
  } catch (error) {
    if (!(error instanceof PmtaError)) {
      throw error;
    }
    return { named: [], findings: [{ kind: 'failed', text: about(node, error.message) }] };
  }
}

function counted(files: number, where: string): string {
  return `${files} accounting ${files === 1 ? 'file' : 'files'}${where}`;
}
