import path from 'node:path';

import { root } from '../paths.ts';
import { sendFile } from './files.ts';
import { HttpError, type Route } from './http.ts';

const shipped = path.join(root, 'node_modules/@grafana/ui/dist/public/img/icons');

const stroke = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';

/** Icons that the page needs and the npm package of @grafana/ui leaves out. */
const drawn: Record<string, string> = {
  spinner: `<path ${stroke} d="M12 3a9 9 0 1 0 9 9"/>`,
  'angle-double-left': `<path ${stroke} d="M11 7l-5 5 5 5M17 7l-5 5 5 5"/>`,
  'angle-double-up': `<path ${stroke} d="M7 11l5-5 5 5M7 17l5-5 5 5"/>`,
};

/** Grafana's icons; one that is in neither place is blank, because a missing one would be an error on the console. */
export const iconRoute: Route = {
  method: 'GET',
  path: '/public/build/img/icons/:folder/:name.svg',
  async handle(call) {
    const { folder, name } = call.parameters;
    try {
      await sendFile(call, shipped, `${folder}/${name}.svg`);
    } catch (error) {
      if (!(error instanceof HttpError)) {
        throw error;
      }
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${drawn[name ?? ''] ?? ''}</svg>`;
      call.response.writeHead(200, { 'Content-Type': 'image/svg+xml' }).end(svg);
    }
  },
};
