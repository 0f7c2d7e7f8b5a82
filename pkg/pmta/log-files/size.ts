import { numberOf, textOf } from '../tree.ts';
import type { SizeEstimate } from './model.ts';

const unknown: SizeEstimate = { min: 0, max: null };
const exponents = ['k', 'm', 'g', 't'];

/**
 * Reads a size of `/logs`: bytes as a number or text, or rounded as the web pages show it (`958K`, `1.2 MB`). No source
 * tells which way PMTA rounds, nor whether its K is 1000 or 1024, so the bounds hold for all of them.
 */
export function readSize(value: unknown): SizeEstimate {
  const bytes = numberOf(value);
  if (bytes !== null) {
    return bytes >= 0 ? { min: Math.floor(bytes), max: Math.ceil(bytes) } : unknown;
  }
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?\s*(?:([kmgt])i?)?(?:b|bytes?)?$/i.exec(textOf(value));
  if (match === null) {
    return unknown;
  }
  const [, whole = '', decimals = '', unit = ''] = match;
  const amount = Number(`${whole.replaceAll(',', '')}.${decimals || '0'}`);
  if (unit === '') {
    return { min: Math.floor(amount), max: Math.ceil(amount) };
  }
  const exponent = exponents.indexOf(unit.toLowerCase()) + 1;
  const step = 10 ** -decimals.length;
  return {
    min: Math.max(0, Math.floor((amount - step) * 1000 ** exponent)),
    max: Math.ceil((amount + step) * 1024 ** exponent),
  };
}
