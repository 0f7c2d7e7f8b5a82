import { isAbsolute } from 'node:path';

import { FieldError, isHttpUrl, list, record, text } from './fields.ts';
import { defaultNode, type NodeSettings } from './model.ts';

/**
 * Reads one node, filling in defaults; unknown fields are tolerated. Throws FieldError.
 *
 * @param where its place in the settings, for messages
 */
export function nodeSettings(value: unknown, where: string): NodeSettings {
  const fields = record(value);
  const name = text(`${where}.name`, fields.name ?? '').trim();
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,62}$/u.test(name)) {
    throw new FieldError(
      `${where} needs a name of letters, digits, ".", "_", ":" and "-" (at most 63), got ${JSON.stringify(name)}`
    );
  }
  const accounting = record(fields.accounting ?? {});
  const url = address(name, text(`${where}.url`, fields.url ?? '').trim());
  if (accounting.pull === true && url === '') {
    throw new FieldError(`node ${name}: accounting is pulled from the monitor, so give its url or set pull to false`);
  }
  return {
    name,
    url,
    timeZone: text(`${where}.timeZone`, fields.timeZone ?? defaultNode.timeZone) || 'auto',
    tlsSkipVerify: fields.tlsSkipVerify === true,
    tlsCaCert: text(`${where}.tlsCaCert`, fields.tlsCaCert ?? ''),
    accounting: {
      files: list(`${where}.accounting.files`, accounting.files ?? []).map((glob) => accountingGlob(name, glob)),
      pull: accounting.pull === true,
      receive: accounting.receive === true,
    },
  };
}

function address(node: string, url: string): string {
  if (url !== '' && !isHttpUrl(url)) {
    throw new FieldError(
      `node ${node}: the monitor's URL must begin with http:// or https://, got ${JSON.stringify(url)}`
    );
  }
  return url;
}

function accountingGlob(node: string, value: unknown): string {
  const glob = text(`accounting file of ${node}`, value).trim();
  if (!isAbsolute(glob)) {
    throw new FieldError(`node ${node}: accounting files must be absolute paths, got ${JSON.stringify(glob)}`);
  }
  return glob;
}
