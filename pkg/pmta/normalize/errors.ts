import type { ListedError } from '../snapshot.ts';
import { elements, member, textOf, type Tree } from '../tree.ts';
import type { ToUtc } from './listing.ts';

/** Reads the errors beside a queue or domain, newest first: `errors` of 5.x, or `event` of type error of 4.x. */
export function readErrors(item: Tree, toUtc: ToUtc): ListedError[] {
  const listed = elements(item, 'errors', 'error') ?? elements(item, 'events', 'event') ?? [];
  return listed
    .filter((entry) => /^(error)?$/i.test(textOf(member(entry, 'type'))))
    .map((entry) =>
      typeof entry === 'string'
        ? { time_ms: null, text: entry }
        : { time_ms: toUtc(member(entry, 'time')), text: textOf(member(entry, 'text')) }
    )
    .sort((a, b) => (b.time_ms ?? 0) - (a.time_ms ?? 0));
}
