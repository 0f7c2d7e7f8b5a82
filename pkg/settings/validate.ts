import { isAbsolute } from 'node:path';

import { type DataSourceSettings, defaultNode, defaultSettings, type NodeSettings } from './model.ts';

/** Settings that cannot be used; the message names what to change in the data source's settings. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(`${message} (data source settings)`);
    this.name = 'SettingsError';
  }
}

type Fields = Record<string, unknown>;

/**
 * Reads a data source's `jsonData`, filling in defaults. Unknown fields are tolerated; what is asked for and not served
 * by this version is refused rather than ignored.
 */
export function validateSettings(jsonData: unknown): DataSourceSettings {
  const fields = record(jsonData);
  const nodes = list('nodes', fields.nodes ?? []).map(nodeSettings);
  const twice = nodes.find(({ name }, index) => nodes.findIndex((other) => other.name === name) !== index);
  if (twice) {
    throw new SettingsError(`two nodes are named ${JSON.stringify(twice.name)}: names must be unique`);
  }
  const store = record(fields.store ?? defaultSettings.store);
  if (store.kind !== 'embedded') {
    throw new SettingsError(`store.kind ${JSON.stringify(store.kind)} is not served by this version, only "embedded"`);
  }
  const recipients = fields.recipients ?? defaultSettings.recipients;
  if (recipients !== 'keep') {
    throw new SettingsError(
      `recipients ${JSON.stringify(recipients)} is not served by this version, only "keep"; PMTA's own privacy-policy works`
    );
  }
  if (Array.isArray(fields.ignore) && fields.ignore.length > 0) {
    throw new SettingsError('ignore is not served by this version: remove its rules');
  }
  return {
    nodes,
    pollSeconds: whole('pollSeconds', fields.pollSeconds ?? defaultSettings.pollSeconds, 1, 3600),
    store: { kind: 'embedded' },
    // Ten years; a TTL beyond the year 2106 would delete everything at once.
    retentionDays: whole('retentionDays', fields.retentionDays ?? defaultSettings.retentionDays, 1, 3650),
    recipients,
  };
}

function nodeSettings(value: unknown, index: number): NodeSettings {
  const fields = record(value);
  const where = `nodes[${index}]`;
  const name = text(`${where}.name`, fields.name ?? '').trim();
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,62}$/u.test(name)) {
    throw new SettingsError(
      `${where} needs a name of letters, digits, ".", "_", ":" and "-" (at most 63), got ${JSON.stringify(name)}`
    );
  }
  const accounting = record(fields.accounting ?? {});
  if (accounting.pull === true || accounting.receive === true) {
    throw new SettingsError(`node ${name}: accounting by pull or receive is not served by this version, only files`);
  }
  return {
    name,
    url: address(name, text(`${where}.url`, fields.url ?? '').trim()),
    timeZone: text(`${where}.timeZone`, fields.timeZone ?? defaultNode.timeZone) || 'auto',
    tlsSkipVerify: fields.tlsSkipVerify === true,
    tlsCaCert: text(`${where}.tlsCaCert`, fields.tlsCaCert ?? ''),
    accounting: {
      files: list(`${where}.accounting.files`, accounting.files ?? []).map((glob) => accountingGlob(name, glob)),
      pull: false,
      receive: false,
    },
  };
}

function address(node: string, url: string): string {
  if (url !== '' && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) {
    throw new SettingsError(
      `node ${node}: the monitor's URL must begin with http:// or https://, got ${JSON.stringify(url)}`
    );
  }
  return url;
}

function accountingGlob(node: string, value: unknown): string {
  const glob = text(`accounting file of ${node}`, value).trim();
  if (!isAbsolute(glob)) {
    throw new SettingsError(`node ${node}: accounting files must be absolute paths, got ${JSON.stringify(glob)}`);
  }
  return glob;
}

function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(where: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) {
    throw new SettingsError(`${where} must be a list`);
  }
  return value;
}

function text(where: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw new SettingsError(`${where} must be a text`);
  }
  return value;
}

function whole(where: string, value: unknown, least: number, most: number): number {
  // Provisioning files often quote numbers.
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most) {
    throw new SettingsError(`${where} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
  }
  return number;
}
