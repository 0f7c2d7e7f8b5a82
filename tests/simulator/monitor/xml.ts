import { Kilobytes, type Tree } from './tree.ts';
import type { Variant } from './variant.ts';

/** Lists are repeated singular elements in XML, without an element around them. */
const SINGULAR: Record<string, string> = {
  queues: 'queue',
  domains: 'domain',
  vmtas: 'vmta',
  jobs: 'job',
  errors: 'event',
  files: 'file',
  modeEvents: 'modeEvent',
  disabledSources: 'disabledSource',
};

/** The body of an XML answer: `<rsp><data>…</data><succ/></rsp>`, without declaration or white space. */
export function xmlAnswer(data: { [name: string]: Tree }, variant: Variant): string {
  return `<rsp><data>${members(data, variant)}</data><succ/></rsp>`;
}

/** The body of a refused request. */
export function xmlFailure(message: string): string {
  return `<rsp><error>${escape(message)}</error></rsp>`;
}

/** Escapes text for XML and HTML content and attributes. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function members(tree: { [name: string]: Tree }, variant: Variant): string {
  return Object.entries(tree)
    .map(([name, value]) => (Array.isArray(value) ? list(name, value, variant) : element(name, value, variant)))
    .join('');
}

function list(name: string, items: Tree[], variant: Variant): string {
  const singular = SINGULAR[name];
  if (singular === undefined) {
    throw new Error(`no XML element is known for the items of "${name}"`);
  }
  return items.map((item) => element(singular, adapted(singular, item), variant)).join('');
}

/** 4.x tells the kind of each event, of which there is one, and calls the name of a job its id. */
function adapted(singular: string, item: Tree): Tree {
  if (typeof item !== 'object' || Array.isArray(item) || item instanceof Kilobytes) {
    return item;
  }
  if (singular === 'event') {
    return { type: 'error', ...item };
  }
  return singular === 'job'
    ? Object.fromEntries(Object.entries(item).map(([name, value]) => [name === 'name' ? 'id' : name, value]))
    : item;
}

function element(name: string, tree: Tree, variant: Variant): string {
  const content = text(name, tree, variant);
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function text(name: string, tree: Tree, variant: Variant): string {
  if (tree instanceof Kilobytes) {
    return tree.value.toFixed(1);
  }
  if (Array.isArray(tree)) {
    return list(name, tree, variant);
  }
  switch (typeof tree) {
    case 'object':
      return members(tree, variant);
    case 'boolean':
      // `paused` is the exception among the flags: 4.x prints it as a word.
      return name === 'paused' && (variant.paused === 'boolean' || variant.paused === 'yes-no')
        ? tree
          ? 'yes'
          : 'no'
        : tree
          ? '1'
          : '0';
    case 'number':
      return String(tree);
    case 'string':
      return escape(tree);
  }
}
