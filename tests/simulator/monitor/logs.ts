import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Zone } from '../zone.ts';
import type { Tree } from './tree.ts';
import type { Variant } from './variant.ts';

/** The answer of /logs: the accounting files, with local times, and sizes as the variant shows them. */
export function logs(directory: string, variant: Variant, zone: Zone): { [name: string]: Tree } {
  const files = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => {
      const { mtimeMs, size } = statSync(join(directory, name));
      return row(name, zone.local(mtimeMs), variant.logSizes === 'bytes' ? size : roundedSize(size), variant);
    })
    .sort((a, b) => (String(Object.values(a)[0]) < String(Object.values(b)[0]) ? -1 : 1));
  return { log: { files } };
}

function row(name: string, date: string, size: number | string, { logMembers }: Variant): { [name: string]: Tree } {
  switch (logMembers) {
    case 'name-date':
      return { name, date, size };
    case 'file-time':
      return { file: name, time: date, size };
    case 'name-modified':
      return { name, modified: date, size };
    case 'name':
      return { name };
  }
}

/** As the UI shows it: `958K`, `233M`. */
function roundedSize(bytes: number): string {
  if (bytes < 1024) {
    return String(bytes);
  }
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)}K` : `${Math.round(bytes / 1024 / 1024)}M`;
}
