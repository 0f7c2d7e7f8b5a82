/**
 * One header of a request, by name in any case: Grafana sends HTTP headers with the prefix `http_` and others without.
 * The first value where there are several; undefined where there is none.
 */
export function header(headers: Record<string, string | string[]>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const candidate of [wanted, `http_${wanted}`]) {
    for (const [key, value] of Object.entries(headers)) {
      if (key.toLowerCase() === candidate) {
        return typeof value === 'string' ? value : value[0];
      }
    }
  }
  return undefined;
}
