import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { dist, pluginId, root } from '../paths.ts';
import { type Call, HttpError, type Route } from './http.ts';

const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.map': 'application/json',
  '.md': 'text/markdown',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

const fonts = path.join(root, 'node_modules', '@fontsource');

/** The files behind the names that @grafana/ui's style sheet asks for (`themes/GlobalStyles/fonts`). */
const fontFiles: Record<string, string> = {
  'inter/Inter-Regular.woff2': 'inter/files/inter-latin-400-normal.woff2',
  'inter/Inter-Medium.woff2': 'inter/files/inter-latin-500-normal.woff2',
  'inter/Inter-Italic.woff2': 'inter/files/inter-latin-400-italic.woff2',
  'inter/Inter-MediumItalic.woff2': 'inter/files/inter-latin-500-italic.woff2',
  'roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ.woff2':
    'roboto-mono/files/roboto-mono-latin-400-normal.woff2',
};

/** One file below a folder, by a name that may come from anywhere; HTTP 404 where there is none of a known type. */
export async function sendFile({ request, response }: Call, folder: string, name: string): Promise<void> {
  const file = path.join(folder, path.normalize(`/${name}`));
  const type = types[path.extname(file)];
  const found = type ? await stat(file).catch(() => undefined) : undefined;
  if (!type || !found?.isFile()) {
    throw new HttpError(404, `Not found: ${name}`);
  }
  const etag = `"${found.size}-${found.mtimeMs}"`;
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-cache', ETag: etag };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Length': found.size });
  await pipeline(createReadStream(file), response);
}

function folder(path: string, at: string): Route {
  return { method: 'GET', path: `${path}/*`, handle: (call) => sendFile(call, at, call.parameters[0] ?? '') };
}

/** The built plugin, the page, and the fonts that Grafana itself would serve. */
export function fileRoutes(page: string): Route[] {
  const html: Route['handle'] = (call) => sendFile(call, page, 'index.html');
  return [
    folder(`/public/plugins/${pluginId}`, dist),
    folder('/workbench', page),
    {
      method: 'GET',
      path: '/public/fonts/*',
      handle: (call) => sendFile(call, fonts, fontFiles[call.parameters[0] ?? ''] ?? ''),
    },
    ...['/', '/explore', '/dashboards', '/d/*', '/connections/*'].map((path) => ({
      method: 'GET',
      path,
      handle: html,
    })),
  ];
}
