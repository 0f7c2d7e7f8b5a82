/**
 * What to do with a redirect. A redirect may change only the origin (http to https, another port) and never the host,
 * the path or the parameters: with an API key a PMTA accepts anything from us, so a redirect that could choose the path
 * could make us run commands, and one that could choose the host would be given the key.
 */
export type RedirectVerdict =
  { kind: 'follow'; origin: string } | { kind: 'web-page' } | { kind: 'refuse'; reason: string };

/** Judges the `Location` header that came as the answer to a GET of `from`. */
export function judgeRedirect(from: URL, location: string | undefined): RedirectVerdict {
  if (location === undefined || !URL.canParse(location, from.href)) {
    return { kind: 'refuse', reason: 'without a usable address' };
  }
  const to = new URL(location, from.href);
  if (to.protocol !== 'http:' && to.protocol !== 'https:') {
    return { kind: 'refuse', reason: `to the scheme ${to.protocol}` };
  }
  if (to.hostname !== from.hostname) {
    return { kind: 'refuse', reason: `to another host (${to.hostname})` };
  }
  if (to.username !== '' || to.password !== '') {
    return { kind: 'refuse', reason: 'to an address with a user name' };
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    return { kind: 'refuse', reason: 'from https to http' };
  }
  if (/\/ui(\/|$)/.test(to.pathname)) {
    return { kind: 'web-page' };
  }
  if (to.pathname !== from.pathname || to.origin === from.origin) {
    return { kind: 'refuse', reason: `to another page (${to.origin}${to.pathname.slice(0, 100)})` };
  }
  return { kind: 'follow', origin: to.origin };
}
