import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Zone } from '../zone.ts';
import type { Tree } from './tree.ts';

/** The answer of /logs: the accounting files, with local times and rounded sizes as the UI shows them. */
export function logs(directory: string, zone: Zone): { [name: string]: Tree } {
  const files = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => {
      const { mtimeMs, size } = statSync(join(directory, name));
      return { name, date: zone.local(mtimeMs), size: sizeText(size) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { log: { files } };
}

/**
 * Sends one file of /logs, or the part of it that a Range header asks for. Answers the status code.
 * @param honoursRange whether a Range header counts
 */
export function sendFile(
  directory: string,
  name: string,
  honoursRange: boolean,
  request: IncomingMessage,
  response: ServerResponse
): number {
  // A name with path parts would leave the folder.
  const known = name === basename(name) && readdirSync(directory).includes(name);
  if (!known) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('File not found');
    return 404;
  }
  const path = join(directory, name);
  const { size } = statSync(path);
  const headers = { 'content-type': name.endsWith('.json') ? 'application/json' : 'text/csv' };
  const range = honoursRange ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') : null;
  const start = Number(range?.[1] ?? 0);
  // The file may grow while it is sent: what was promised in content-length is what is sent.
  const end = Math.min(range?.[2] ? Number(range[2]) : size - 1, size - 1);
  if (range !== null && start >= size) {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    return 416;
  }
  const length = { 'content-length': end - start + 1 };
  const code = range === null ? 200 : 206;
  const part = range === null ? {} : { 'content-range': `bytes ${start}-${end}/${size}` };
  const accepts: Record<string, string> = honoursRange ? { 'accept-ranges': 'bytes' } : {};
  response.writeHead(code, { ...headers, ...accepts, ...part, ...length });
  if (size === 0 || request.method === 'HEAD') {
    response.end();
    return code;
  }
  const stream = createReadStream(path, { start, end });
  stream.on('error', () => response.destroy());
  stream.pipe(response);
  return code;
}

function sizeText(bytes: number): string {
  if (bytes < 1024) {
    return String(bytes);
  }
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)}K` : `${Math.round(bytes / 1024 / 1024)}M`;
}
