import { StoreError } from '../store/errors.ts';
import { RefusedError } from './outlet.ts';

/**
 * What an answer other than 2xx means, with what to do about it: RefusedError where it is about these records or rows
 * alone, else StoreError.
 *
 * @param location where the answer redirects to
 */
export function refusal(status: number, text: string, location: string | null): Error {
  const said = messageIn(text);
  const what = `Grafana refused it with ${status}${said && ` (${said})`}`;
  if (status === 400) {
    return new RefusedError(`${what}; it is tried again: the plugin may be older than this collector`);
  }
  if (status >= 300 && status < 400) {
    const to = location !== null && URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
    return new StoreError('unavailable', `Grafana redirects${to}: give its final address in target.grafana.url`);
  }
  const advice = adviceOf(status);
  return new StoreError(status >= 500 ? 'unavailable' : 'denied', `${what}: ${advice}`);
}

function adviceOf(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return 'target.grafana.tokenFile must hold the token of a service account with the role Editor';
    case 404:
      return 'check target.grafana.dataSource and node.name';
    case 409:
      return "switch receiving on for this node in the data source's settings";
    case 413:
      return 'a proxy in front of Grafana takes no bodies of this size: let it take 4 MB (client_max_body_size of nginx)';
    default:
      return 'it is tried again';
  }
}

/** What our resources say, or Grafana itself; never a web page. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    // It comes from the network and goes into a log.
    return typeof message === 'string' ? message.replace(/\p{Cc}+/gu, ' ').slice(0, 300) : '';
  } catch {
    return '';
  }
}
