/** An element or object of an answer, whatever format it came in. */
export type Tree = { [name: string]: unknown };

/** True for an object; the text of an empty XML element, which stands for an empty object, is none. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first member that exists of those named; undefined where there is none. */
export function member(tree: unknown, ...names: string[]): unknown {
  if (!isTree(tree)) {
    return undefined;
  }
  const name = names.find((candidate) => Object.hasOwn(tree, candidate));
  return name === undefined ? undefined : tree[name];
}

/** The member at a dotted path. */
export function at(tree: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((parent, name) => member(parent, name), tree);
}

/** A number, also where it came as text; null for anything else. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : null;
  }
  const text = typeof value === 'string' ? value.trim() : '';
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

/** A truth value: JSON says true, XML 1, a list of queues yes. Null where it says neither. */
export function flagOf(value: unknown): boolean | null {
  switch (String(value).trim().toLowerCase()) {
    case 'true':
    case 'yes':
    case '1':
      return true;
    case 'false':
    case 'no':
    case '0':
      return false;
    default:
      return null;
  }
}

/** Text, or a number as text; empty where there is neither. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

/**
 * The elements of a list: JSON has an array with a plural name, XML repeats elements with a singular name, of which
 * a parser sees none, one or an array. Null where there is neither, which in XML is also an empty list.
 */
export function elements(tree: unknown, plural: string, singular: string): unknown[] | null {
  const value = member(tree, plural, singular);
  const list = isTree(value) && Object.hasOwn(value, singular) ? value[singular] : value;
  if (list === undefined) {
    return null;
  }
  if (Array.isArray(list)) {
    return list;
  }
  return list === '' || list === null ? [] : [list];
}
