import { FieldError, list, record, whole } from './fields.ts';
import { type DataSourceSettings, defaultSettings } from './model.ts';
import { nodeSettings } from './node.ts';
import { recipientPrivacy } from './recipients.ts';
import { storeSettings } from './store.ts';

/** Settings that cannot be used; the message names what to change in the data source's settings. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(`${message} (data source settings)`);
    this.name = 'SettingsError';
  }
}

/**
 * Reads a data source's `jsonData`, filling in defaults. Unknown fields are tolerated; what is asked for and not served
 * by this version is refused rather than ignored.
 */
export function validateSettings(jsonData: unknown): DataSourceSettings {
  try {
    return readSettings(jsonData);
  } catch (error) {
    throw error instanceof FieldError ? new SettingsError(error.message) : error;
  }
}

function readSettings(jsonData: unknown): DataSourceSettings {
  const fields = record(jsonData);
  const nodes = list('nodes', fields.nodes ?? []).map((node, index) => nodeSettings(node, `nodes[${index}]`));
  const twice = nodes.find(({ name }, index) => nodes.findIndex((other) => other.name === name) !== index);
  if (twice) {
    throw new FieldError(`two nodes are named ${JSON.stringify(twice.name)}: names must be unique`);
  }
  if (Array.isArray(fields.ignore) && fields.ignore.length > 0) {
    throw new FieldError('ignore is not served by this version: remove its rules');
  }
  return {
    nodes,
    pollSeconds: whole('pollSeconds', fields.pollSeconds ?? defaultSettings.pollSeconds, 1, 3600),
    store: storeSettings(fields.store ?? defaultSettings.store),
    // Ten years; a TTL beyond the year 2106 would delete everything at once.
    retentionDays: whole('retentionDays', fields.retentionDays ?? defaultSettings.retentionDays, 1, 3650),
    recipients: recipientPrivacy('recipients', fields.recipients ?? defaultSettings.recipients),
  };
}
