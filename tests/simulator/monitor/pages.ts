import { escape } from './xml.ts';

const page = (title: string, body: string): string =>
  `<!DOCTYPE html><html><head><title>${escape(title)}</title></head><body>${body}</body></html>`;

/** The page that 4.x shows without `format`, and to which 5.x sends a browser (/ui). */
export function uiPage(path: string): string {
  return page('PowerMTA', `<h1>PowerMTA</h1><div id="app" data-page="${escape(path)}"></div>`);
}

/** The page of a client that has no access. */
export const FORBIDDEN_PAGE = page(
  'PowerMTA: Access Forbidden',
  '<h1>Access Forbidden</h1><p>You are not allowed to access this page. See http-access in the configuration.</p>'
);
