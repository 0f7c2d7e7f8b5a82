import { createHmac } from 'node:crypto';

import type { RecipientPrivacy } from '../../../settings/model.ts';
import { addressPattern, hashBytes, redacted, replyCodes, shortestBare } from './addresses.ts';

const addresses = new RegExp(addressPattern, 'gu');
const codesPattern = new RegExp(replyCodes);
/**
 * A text with the local part of every address in it replaced, and the local parts of `recipients` also where they stand
 * alone; without `recipients`, those of all addresses in the text.
 */
export function hideAddresses(text: string, policy: RecipientPrivacy, key: string, recipients?: string[]): string {
  if (policy === 'keep') {
    return text;
  }
  const matches = [...text.matchAll(addresses)].map(({ 0: whole, index }) => ({
    ...addressParts(whole),
    whole,
    index,
  }));
  const known = [...new Set(recipients?.map(lower) ?? matches.map(({ address }) => address))].filter(
    (address) => address !== ''
  );
  const hide = (address: string): string =>
    policy === 'redact'
      ? redacted
      : createHmac('sha256', key).update(address).digest().subarray(0, hashBytes).toString('hex');
  // The longest first, or `joe` would leave `.smith` of `joe.smith`.
  const bare = known.map((address) => ({ ...bareWord(address), hidden: hide(address) }));
  bare.sort((a, b) => b.needle.length - a.needle.length);
  const gap = (part: string) =>
    bare.reduce((rest, { needle, tag, hidden }) => hideWord(rest, needle, tag, hidden), part);
  let result = '';
  let end = 0;
  for (const { address, rest, whole, index } of matches) {
    const mailbox = known.find((candidate) => address.endsWith(`=${candidate}`)) ?? address;
    result += `${gap(text.slice(end, index))}${hide(mailbox)}${rest}`;
    end = index + whole.length;
  }
  return result + gap(text.slice(end));
}

/** What `addressPattern` found: the address in lower case, and what stays of it. */
function addressParts(match: string): { address: string; rest: string } {
  const at = match.includes('@') ? '@' : '%40';
  const length = match.lastIndexOf(at);
  return { address: lower(`${match.slice(0, length)}@${match.slice(length + at.length)}`), rest: match.slice(length) };
}

function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The local part of an address in lower case as it may stand alone in a text; nothing to look for if it is too short. */
function bareWord(address: string): { needle: string; tag: string } {
  const at = address.lastIndexOf('@');
  const local = (at < 0 ? address : address.slice(0, at)).replace(/^"+|"+$/g, '');
  const untagged = local.split('+', 1)[0] ?? '';
  const word = [...untagged].length >= shortestBare ? untagged : local;
  const isWord = [...word].length >= shortestBare && /[\p{L}\p{N}]/u.test(word);
  return { needle: isWord ? word : '', tag: local.slice(word.length) };
}

/** Replaces a word, and a `+tag` behind it, wherever it is not part of a longer one and not one of a reply's codes. */
function hideWord(text: string, needle: string, tag: string, hidden: string): string {
  const folded = lower(text);
  if (needle === '' || !folded.includes(needle)) {
    return text;
  }
  const codes = codesPattern.exec(text)?.[0].length ?? 0;
  const isInside = (position: number) => /^[0-9A-Za-z]{2}$/.test(text.slice(Math.max(0, position - 1), position + 1));
  let result = '';
  let end = 0;
  for (const [index, piece] of folded.split(needle).entries()) {
    const skipped = index > 0 && piece.startsWith(tag) ? tag.length : 0;
    const start = end + piece.length;
    result += text.slice(end + skipped, start);
    end = start + needle.length;
    if (start < text.length) {
      const stays = isInside(start) || isInside(end) || start < codes;
      result += stays ? text.slice(start, end) : hidden;
    }
  }
  return result;
}
