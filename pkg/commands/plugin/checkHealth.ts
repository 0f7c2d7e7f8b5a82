import { access, constants } from 'node:fs/promises';

import type { CallScope, HealthResult } from '../../grafana/handlers.ts';
import { listFiles } from '../../intake/accounting/files.ts';
import { messageOf } from '../../intake/messageOf.ts';
import { probe } from '../../pmta/probe.ts';
import type { NodeSettings } from '../../settings/model.ts';
import type { DataSource } from './dataSource.ts';

/** One finding of "Save & test". */
interface Finding {
  /** `note` works, but should be looked at. */
  kind: 'ok' | 'note' | 'failed';
  text: string;
}

/**
 * "Save & test": every node's monitor, every node's accounting files and the store, side by side, so that one look tells
 * what works, what does not, and what to do. Not OK when anything that is configured does not work.
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
  const { settings } = open;
  if (settings.nodes.length === 0) {
    return { status: 'error', message: 'Add a node: the name and monitor URL of a PMTA server.' };
  }
  const findings = (
    await Promise.all([
      checkStore(open),
      ...[...open.monitors.values()].map(async (monitor): Promise<Finding[]> => {
        const result = await probe(monitor, scope.signal);
        const notices = result.ok ? result.notices.map((text): Finding => ({ kind: 'note', text })) : [];
        return [{ kind: result.ok ? 'ok' : 'failed', text: result.message }, ...notices];
      }),
      ...settings.nodes.map((node) => checkAccounting(node, roots)),
    ])
  ).flat();
  const texts = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).map(({ text }) => text);
  const failed = texts('failed');
  const notes = texts('note');
  // Grafana shows no details beside a success.
  const hint = notes.length > 1 ? [`${notes[0]} (and ${notes.length - 1} more)`] : notes;
  return {
    status: failed.length === 0 ? 'ok' : 'error',
    message: failed.length > 0 ? sentences(failed) : sentences([...texts('ok'), ...hint]),
    details: { verboseMessage: findings.map(({ kind, text }) => `${kind.toUpperCase()}: ${text}`).join('\n') },
  };
}

async function checkStore(dataSource: DataSource): Promise<Finding[]> {
  try {
    await dataSource.engine();
    return [];
  } catch (error) {
    return [{ kind: 'failed', text: messageOf(error) }];
  }
}

async function checkAccounting(node: NodeSettings, roots: readonly string[]): Promise<Finding[]> {
  const globs = node.accounting.files;
  if (globs.length === 0) {
    return node.url === ''
      ? [{ kind: 'failed', text: `${node.name} has neither a monitor URL nor accounting files: enter one of them` }]
      : [];
  }
  const { files, problems } = await listFiles(globs, roots);
  const unreadable: string[] = [];
  for (const { path } of files) {
    await access(path, constants.R_OK).catch(() =>
      unreadable.push(
        `${path} cannot be read: add \`world-readable yes\` to the acct-file in PMTA's configuration, or put Grafana's user into the group of the file`
      )
    );
  }
  const findings = [...problems, ...unreadable.slice(0, 1)].map((text) => ({
    kind: 'failed' as const,
    text: `${node.name}: ${text}`,
  }));
  if (findings.length > 0) {
    return findings;
  }
  return [{ kind: 'ok', text: `${node.name}: ${files.length} accounting ${files.length === 1 ? 'file' : 'files'}` }];
}

function sentences(texts: string[]): string {
  return texts.map((text) => text.replace(/\.$/, '')).join('. ');
}
