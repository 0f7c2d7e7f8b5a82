import { locationService } from '@grafana/runtime';
import { useSyncExternalStore } from 'react';

/** Parameters of the whole page, kept from view to view. */
const pageWide = ['theme', 'role'];

function subscribe(onChange: () => void): () => void {
  return locationService.getHistory().listen(onChange);
}

/** Path and query of the address, followed. */
export function useLocation(): { pathname: string; search: URLSearchParams } {
  const href = useSyncExternalStore(subscribe, () => {
    const { pathname, search } = locationService.getLocation();
    return pathname + search;
  });
  const { pathname, searchParams } = new URL(href, window.location.origin);
  return { pathname, search: searchParams };
}

/** A path with the parameters that hold for the whole page. */
export function withPageParameters(path: string): string {
  const target = new URL(path, window.location.origin);
  const current = locationService.getSearch();
  for (const name of pageWide) {
    const value = current.get(name);
    if (value !== null && !target.searchParams.has(name)) {
      target.searchParams.set(name, value);
    }
  }
  return target.pathname + target.search;
}

export function goTo(path: string): void {
  locationService.push(withPageParameters(path));
}

/** Reloads with other page-wide parameters: theme and role are read once, when the page starts. */
export function reloadWith(parameters: Record<string, string>): void {
  const target = new URL(window.location.href);
  for (const [name, value] of Object.entries(parameters)) {
    target.searchParams.set(name, value);
  }
  window.location.assign(target);
}
