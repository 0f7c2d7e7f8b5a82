import { parseDocument } from 'yaml';

import { createZone } from '../pmta/zone.ts';
import type { CollectorConfig, HostSettings } from './collectorModel.ts';
import { collectorTarget } from './collectorTarget.ts';
import { absolutePath, FieldError, type Fields, flag, list, section, whole } from './fields.ts';
import { defaultSettings, type NodeSettings } from './model.ts';
import { nodeSettings } from './node.ts';
import { recipientPrivacy } from './recipients.ts';
import { type ReadSecret, secretFile } from './secretFile.ts';

/** A collector's configuration that cannot be used; the message names the field and what it must be. */
export class CollectorConfigError extends Error {
  constructor(message: string) {
    super(`${message} (collector configuration)`);
    this.name = 'CollectorConfigError';
  }
}

/**
 * Reads a collector's configuration (YAML), filling in defaults. Unknown fields and settings without effect are errors.
 * Throws CollectorConfigError.
 *
 * @param readSecret gives the content of the files that the configuration names for its secrets
 * @param use `fromPipe`: accounting comes through standard input, so that it need not name anything else to collect
 */
export function readCollectorConfig(text: string, readSecret: ReadSecret, use = { fromPipe: false }): CollectorConfig {
  try {
    return readConfig(parseYaml(text), readSecret, use.fromPipe);
  } catch (error) {
    throw error instanceof FieldError ? new CollectorConfigError(error.message) : error;
  }
}

function readConfig(content: unknown, readSecret: ReadSecret, fromPipe: boolean): CollectorConfig {
  const fields = section('', content, [
    'node',
    'accountingRoots',
    'pollSeconds',
    'host',
    'statePath',
    'apiKeyFile',
    'target',
    'recipients',
    'hashKeyFile',
    'retentionDays',
  ]);
  const node = strictNode(fields.node);
  const host = hostSettings(fields.host ?? {});
  const collectsNothing =
    node.url === '' && node.accounting.files.length === 0 && !host.processes && host.folders.length === 0;
  if (collectsNothing && !fromPipe) {
    throw new FieldError('there is nothing to collect: give node.url, node.accounting.files or host');
  }
  const recipients = recipientPrivacy('recipients', fields.recipients ?? defaultSettings.recipients);
  const hashKey = optionalSecret(fields, 'hashKeyFile', recipients === 'hash', 'recipients: hash', readSecret);
  if (recipients === 'hash' && hashKey === '') {
    throw new FieldError('recipients: hash needs hashKeyFile, a file with a random secret');
  }
  const target = collectorTarget(fields.target, readSecret);
  if (target.kind === 'grafana' && recipients !== 'keep') {
    throw new FieldError(
      'recipients has an effect only with target.clickhouse: the data source in Grafana has its own'
    );
  }
  if (target.kind === 'grafana' && fields.retentionDays !== undefined) {
    throw new FieldError(
      'retentionDays has an effect only with target.clickhouse: the data source in Grafana has its own'
    );
  }
  return {
    node,
    retentionDays: whole('retentionDays', fields.retentionDays ?? defaultSettings.retentionDays, 1, 3650),
    apiKey: optionalSecret(fields, 'apiKeyFile', node.url !== '', 'a node.url', readSecret),
    accountingRoots: paths('accountingRoots', fields.accountingRoots ?? ['/var/log/pmta']),
    pollSeconds: whole('pollSeconds', fields.pollSeconds ?? defaultSettings.pollSeconds, 1, 3600),
    host,
    statePath: absolutePath('statePath', fields.statePath ?? '/var/lib/pmta-grafana'),
    target,
    recipients,
    hashKey,
  };
}

/** Only the first line of the reader's message is passed on: the next ones quote the file. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text);
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    throw new FieldError(`the file is not valid YAML: ${problem.message.split('\n')[0]?.replace(/:$/, '')}`);
  }
  try {
    return document.toJS();
  } catch (error) {
    throw new FieldError(`the file is not valid YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function strictNode(value: unknown): NodeSettings {
  const fields = section('node', value, ['name', 'url', 'timeZone', 'tlsSkipVerify', 'tlsCaCert', 'accounting']);
  section('node.accounting', fields.accounting ?? {}, ['files']);
  flag('node.tlsSkipVerify', fields.tlsSkipVerify ?? false);
  const node = nodeSettings(fields, 'node');
  if (node.timeZone !== 'auto' && !isZone(node.timeZone)) {
    throw new FieldError(
      `node.timeZone must be auto or the name of a zone as Europe/Zurich, got ${JSON.stringify(node.timeZone)}`
    );
  }
  return node;
}

function isZone(name: string): boolean {
  try {
    createZone(name);
    return true;
  } catch {
    return false;
  }
}

function hostSettings(value: unknown): HostSettings {
  const fields = section('host', value, ['processes', 'folders']);
  return {
    processes: flag('host.processes', fields.processes ?? false),
    folders: [...new Set(paths('host.folders', fields.folders ?? []))],
  };
}

/** A secret that may be left out, and must be where nothing would use it. */
function optionalSecret(
  fields: Fields,
  key: string,
  useful: boolean,
  usedWith: string,
  readSecret: ReadSecret
): string {
  const value = fields[key] ?? '';
  if (value === '') {
    return '';
  }
  if (!useful) {
    throw new FieldError(`${key} has an effect only with ${usedWith}: remove it, or set that`);
  }
  return secretFile(key, value, readSecret);
}

function paths(where: string, value: unknown): string[] {
  return list(where, value).map((path, index) => absolutePath(`${where}[${index}]`, path));
}
