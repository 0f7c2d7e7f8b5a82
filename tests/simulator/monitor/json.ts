import { Kilobytes, type Tree } from './tree.ts';
import type { Variant } from './variant.ts';

type Json = string | number | boolean | Json[] | { [name: string]: Json };

const PAUSED: Record<Variant['paused'], (paused: boolean) => Json> = {
  boolean: (paused) => paused,
  'yes-no': (paused) => (paused ? 'yes' : 'no'),
  number: (paused) => (paused ? 1 : 0),
  'digit-string': (paused) => (paused ? '1' : '0'),
};

/** The body of a JSON answer (5.x): `{"data":…,"status":"success","message":""}`. */
export function jsonAnswer(data: { [name: string]: Tree }, variant: Variant): string {
  const value = plain(data, variant) as { [name: string]: Json };
  return JSON.stringify({ ...envelope(value, variant), ...ending('success', '', variant) });
}

/** The body of a refused request: 200 all the same. */
export function jsonFailure(message: string, variant: Variant): string {
  return JSON.stringify(ending('fail', message, variant));
}

function envelope(data: { [name: string]: Json }, variant: Variant): { [name: string]: Json } {
  if (data.mta !== undefined && data.status !== undefined && variant.statusNesting !== 'data.status') {
    const mta = { ...(data.mta as { [name: string]: Json }), status: data.status };
    return variant.statusNesting === 'mta.status' ? { mta } : { data: { mta } };
  }
  return { data: variant.data === 'string' ? JSON.stringify(data) : data };
}

function ending(status: 'success' | 'fail', message: string, variant: Variant): { [name: string]: Json } {
  return {
    ...(variant.hasCsrfToken ? { CSRFToken: '5f0c1e7b92aa4d3e8f6b0d2c7a914e35' } : {}),
    status,
    ...(variant.hasMessage ? { message } : {}),
  };
}

function plain(tree: Tree, variant: Variant, name = ''): Json {
  if (Array.isArray(tree)) {
    return tree.map((item) => plain(item, variant));
  }
  if (tree instanceof Kilobytes) {
    return plain(tree.value, variant);
  }
  switch (typeof tree) {
    case 'object':
      return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, plain(value, variant, key)]));
    case 'boolean':
      return name === 'paused' ? PAUSED[variant.paused](tree) : tree;
    case 'number':
      return variant.numbers === 'string' ? String(tree) : tree;
    case 'string':
      return tree;
  }
}
