/** What the monitor says, before it is written as JSON or XML. Kilobytes and flags are marked, since the two differ. */
export type Tree = string | number | boolean | Kilobytes | Tree[] | { [name: string]: Tree };

/** A size in PMTA's unit: one decimal in XML, a number in JSON. */
export class Kilobytes {
  readonly value: number;

  constructor(bytes: number) {
    this.value = Math.round((bytes / 1024) * 10) / 10;
  }
}

/** Leaves out members by name, at every depth. */
export function without(tree: Tree, names: ReadonlySet<string>): Tree {
  if (Array.isArray(tree)) {
    return tree.map((item) => without(item, names));
  }
  if (tree instanceof Kilobytes || typeof tree !== 'object') {
    return tree;
  }
  const kept = Object.entries(tree).filter(([name]) => !names.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, without(value, names)]));
}
