import { createHash, createHmac } from 'node:crypto';

import { accountingFields } from '../../pmta/accounting/fields.ts';
import type { RecipientPrivacy } from '../../settings/model.ts';
import { literal } from '../../store/sql.ts';

/**
 * Keeps the local parts of recipients out of the store. Records are hidden by SQL while the engine reads them
 * (`privacySql`), the text of records that could not be read by `hideAddresses`; both find the same addresses and give
 * the same hash. A hash stands for the whole address: equal local parts of two domains have nothing in common.
 *
 * Case is folded in ASCII only, local part included: providers do not tell `Joe@` from `joe@`, and what SMTPUTF8 letters
 * are alike is not defined.
 */

/** What is stored of recipients. */
export interface Privacy {
  policy: RecipientPrivacy;
  /** By `privacyKey`; empty unless the policy is `hash`. */
  key: string;
}

/** SQL over one CSV record. */
export interface PrivacyFields {
  rcpt: string;
  orcpt: string;
  orig: string;
  reply: string;
  /** Further fields by their canonical names. */
  other: Record<string, string>;
}

/** 80 bits: no two of a billion addresses are likely to share one. */
const hashBytes = 10;
const redacted = 'redacted';
/** A shorter local part, standing alone in a text, is more often a word or a number of that text. */
const shortestBare = 3;

const quotes = '\u00a0\u3000\u201c\u201d\u2018\u2019\u00ab\u00bb';
const delimiters = `\\x00-\\x20\\x7f<>()\\[\\],;:"@\\\\${quotes}`;
/** May stand inside a local part, but in front of one they belong to the text: `'joe@…'`, `to=joe@…`, `//joe@…`. */
const leading = "'`=*{|&\\/!~?^$%#";
const plainLocal = `[^${delimiters}${leading}][^${delimiters}]*`;
const quotedCharacter = (excluded: string) => `(?:[^"\\\\${excluded}]|\\\\[^\\x00-\\x1f])`;
const quotedLocal = `"${quotedCharacter('\\x00-\\x20')}(?:${quotedCharacter('\\x00-\\x1f')}*${quotedCharacter('\\x00-\\x20')})?"`;
/** In the address of a web page, where a local part ends at the parameter. */
const encodedLocal = `[^${delimiters}${leading}][^${delimiters}=&?\\/]*`;
const label = '\\p{L}\\p{N}\\p{M}';
const domain = `[${label}](?:[${label}._-]*[${label}])?|\\[[^\\]\\x00-\\x20<>@%]+\\]`;
/** Addresses run together count as one up to the last `@`, or the next local part would pass as the end of a domain. */
const anyLocal = `(?:${quotedLocal}|${plainLocal})(?:@[^${delimiters}]+)*`;
/** An address in a text, for RE2 and for JavaScript; without groups, which would make RE2 many times slower. */
const addressPattern = `(?:${anyLocal}@|${encodedLocal}%40)(?:${domain})`;
const addresses = new RegExp(addressPattern, 'gu');
/** Codes that a local part made of digits must not take out of a reply. */
const replyCodes = '^(?:smtp|x-[a-z]+);[ \\t]*(?:\\d{3})?(?:[ -]\\d\\.\\d{1,3}\\.\\d{1,3})?';
const codesPattern = new RegExp(replyCodes);

/** Fields of PMTA's own that can hold an address; what is not PMTA's own (headers, ARF fields) always can. */
const canHoldAddress = new Set<string>(['orcpt', 'jobId', 'envId', 'userString']);
const cannotHoldAddress = new Set<string>(accountingFields.filter((field) => !canHoldAddress.has(field)));
/** Columns that hold recipients even where `rcpt` is empty, as in feedback reports. */
const recipientColumn = /(?:^|[_-])(?:to|cc|bcc|rcpt|recipients?|receiver)(?:$|-to$)|originalrecipient$|original-rcpt/i;
const notRecipientColumn = /reply-to$/i;

/**
 * The key of the hashes from the secret that the user gave. Changing the secret changes every hash.
 *
 * @throws where there is no secret: hashes without one are undone by trying addresses
 */
export function privacyKey(secret: string): string {
  if (secret === '') {
    throw new Error('recipients is "hash" but no hash key is set: set secureJsonData.hashKey');
  }
  return createHash('sha256').update(secret).digest('hex');
}

/** The parameters that the expressions of `privacySql` need beside those of the statement they stand in. */
export function privacyParams(policy: RecipientPrivacy, key: string): Record<string, string> {
  return policy === 'hash' ? { recipientKey: key } : {};
}

/**
 * The fields without local parts, and what they are made of: columns (`expression AS name`) that must be there when the
 * fields are computed, each stage over the columns of the one before, the first over the CSV's fields. Not aliases: the
 * engine copies an alias to every place that uses it, and then planning takes longer than the work.
 */
export interface HiddenFields extends PrivacyFields {
  stages: string[][];
}

/**
 * The fields with the local parts of recipients replaced. With `keep` they are what they were. The engine hides the key
 * of HMAC (which ClickHouse has since 25.12), and of no cheaper keyed hash, when an error of its quotes the statement.
 */
export function privacySql(policy: RecipientPrivacy, fields: PrivacyFields): HiddenFields {
  if (policy === 'keep') {
    return { ...fields, stages: [] };
  }
  const hide = hideSql(policy);
  const others = Object.entries(fields.other).filter(([name]) => !cannotHoldAddress.has(name));
  const texts = [
    { field: fields.reply, isAlwaysHidden: true },
    ...others.map(([name, field]) => ({ field, isAlwaysHidden: namesRecipients(name) })),
  ];
  const hidden = others.map(([name], index): [string, string] => [name, `hidden_texts[${index + 2}]`]);
  return {
    stages: [...partStages(fields, hide), [hiddenTexts(texts, hide), hiddenMailbox()]],
    rcpt: `if(rcpt = '', '', ${addressOf('rcpt_hidden', 'rcpt_domain')})`,
    orcpt: `if(orcpt = '', '', concat(orcpt_kind, ${addressOf(hide('lower(orcpt_address)'), domainOf('orcpt_address'))}))`,
    orig: senderSql(hide),
    reply: 'hidden_texts[1]',
    other: { ...fields.other, ...Object.fromEntries(hidden) },
  };
}

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

function namesRecipients(column: string): boolean {
  return recipientColumn.test(column) && !notRecipientColumn.test(column);
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

type HideSql = (address: string) => string;

/** What stands for the local part of an address given in lower case. */
function hideSql(policy: 'hash' | 'redact'): HideSql {
  return policy === 'redact'
    ? () => `'${redacted}'`
    : (address) => `lower(hex(substring(HMAC('sha256', ${address}, {recipientKey:String}), 1, ${hashBytes})))`;
}

/** RE2 takes no invalid UTF-8 for a character, so an address with a Latin-1 letter would not be seen. */
function valid(field: string): string {
  return `if(isValidUTF8(${field}), ${field}, toValidUTF8(${field}))`;
}

function localOf(address: string): string {
  return `substring(${address}, 1, length(${address}) - position(reverse(${address}), '@'))`;
}

function domainOf(address: string): string {
  return `substring(${address}, length(${localOf(address)}) + 2)`;
}

function addressOf(hidden: string, domainName: string): string {
  return `if(${domainName} = '', ${hidden}, concat(${hidden}, '@', lower(${domainName})))`;
}

/**
 * The parts of the addresses. `rcpt_needle` is what to look for where the local part may stand alone, in lower case and
 * without its `+tag`; empty where it must not be looked for. `sender_needle` is the same in a sender, where the form
 * that names the recipient's domain as well is looked for however short the local part is.
 */
function partStages(fields: PrivacyFields, hide: HideSql): string[][] {
  const isLongEnough = (part: string) => `lengthUTF8(${part}) >= ${shortestBare}`;
  // RFC 3461 writes `+` and `=` in hexadecimal; the hash must be that of the address in `rcpt`.
  const plus = literal('(?i)\\+2b');
  const equals = literal('(?i)\\+3d');
  const inSender = (word: string, srs: string, verp: string) =>
    `multiIf(rcpt_needle != '', ${word}, rcpt_local = '', '', startsWith(lower(sender_mailbox), 'srs'), ${srs}, ${verp})`;
  return [
    [
      `${valid(fields.rcpt)} AS rcpt`,
      `${valid(fields.orig)} AS sender`,
      `${valid(fields.orcpt)} AS orcpt`,
      `substring(orcpt, 1, position(orcpt, ';')) AS orcpt_kind`,
    ],
    [
      `lower(trim(BOTH '"' FROM ${localOf('rcpt')})) AS rcpt_local`,
      `lower(${domainOf('rcpt')}) AS rcpt_domain`,
      `${hide('lower(rcpt)')} AS rcpt_hidden`,
      `${localOf('sender')} AS sender_mailbox`,
      `replaceRegexpAll(replaceRegexpAll(substring(orcpt, length(orcpt_kind) + 1), ${equals}, '='), ${plus}, '+') AS orcpt_address`,
    ],
    [`substringIndex(rcpt_local, '+', 1) AS rcpt_untagged`],
    [`if(${isLongEnough('rcpt_untagged')}, rcpt_untagged, rcpt_local) AS rcpt_word`],
    [
      `if(${isLongEnough('rcpt_word')} AND match(rcpt_word, ${literal('[\\p{L}\\p{N}]')}), rcpt_word, '') AS rcpt_needle`,
      `substring(rcpt_local, length(rcpt_word) + 1) AS rcpt_tag`,
    ],
    [
      `${inSender('rcpt_needle', `concat(rcpt_domain, '=', rcpt_local)`, `concat(rcpt_local, '=', rcpt_domain)`)} AS sender_needle`,
      `${inSender('rcpt_hidden', `concat(rcpt_domain, '=', rcpt_hidden)`, `concat(rcpt_hidden, '=', rcpt_domain)`)} AS sender_replacement`,
      `if(rcpt_needle = '', '', rcpt_tag) AS sender_tag`,
    ],
  ];
}

/**
 * `hidden_texts`: `hideAddresses` of each text for the record's recipient; of a text that is not always hidden, only if
 * it mentions the recipient. The engine replaces by constants only, hence the pieces.
 */
function hiddenTexts(texts: Array<{ field: string; isAlwaysHidden: boolean }>, hide: HideSql): string {
  const pattern = literal(addressPattern);
  const forms = {
    '@': 'rcpt',
    '=': `concat(rcpt_local, '=', rcpt_domain)`,
    '%40': `concat(rcpt_local, '%40', rcpt_domain)`,
  };
  const mentions = Object.entries(forms).map(
    // The first search is for a constant and spares most texts the second, which is slow.
    ([at, form]) => `position(text, '${at}') > 0 AND positionCaseInsensitive(text, ${form}) > 0`
  );
  const isHidden = `always OR rcpt != '' AND (${mentions.join(' OR ')})`;
  const hasAddress = `position(text, '@') > 0 OR position(text, '%40') > 0`;
  const gaps = `if(${hasAddress}, splitByRegexp(${pattern}, text), [text])`;
  const matches = `arrayPushBack(if(${hasAddress}, extractAll(text, ${pattern}), []), '')`;
  const at = `if(position(match, '@') > 0, '@', '%40')`;
  const length = `(length(match) - if(position(match, '@') > 0, position(reverse(match), '@'), position(reverse(match), '04%') + 2))`;
  const found = `lower(concat(substring(match, 1, ${length}), '@', substring(match, ${length} + length(${at}) + 1)))`;
  const isRecipient = `rcpt != '' AND (${found} = lower(rcpt) OR endsWith(${found}, concat('=', lower(rcpt))))`;
  const hidden = `if(${isRecipient}, rcpt_hidden, ${hide(found)})`;
  const address = `if(match = '', '', concat(${hidden}, substring(match, ${length} + 1)))`;
  const word = hideWordSql('gap', 'rcpt_needle', 'rcpt_tag', 'rcpt_hidden');
  const parts = `arrayStringConcat(arrayMap((gap, match) -> concat(${word}, ${address}), ${gaps}, ${matches}))`;
  const values = texts.map(({ field }) => valid(field)).join(', ');
  const always = texts.map(({ isAlwaysHidden }) => isAlwaysHidden).join(', ');
  return `arrayMap((text, always) -> if(${isHidden}, ${parts}, text), [${values}], [${always}]) AS hidden_texts`;
}

/**
 * `sender_hidden`: as a lambda over one value, because the engine computes the parts of a plain conditional expression
 * anew at each place where it needs them.
 */
function hiddenMailbox(): string {
  const word = hideWordSql('mailbox', 'needle', 'tag', 'hidden');
  const parts = ['sender_mailbox', 'sender_needle', 'sender_tag', 'sender_replacement'].map((part) => `[${part}]`);
  return `arrayMap((mailbox, needle, tag, hidden) -> ${word}, ${parts.join(', ')})[1] AS sender_hidden`;
}

/**
 * `hideWord`; the arguments are names. The text is split at the word in lower case and put together again from its own
 * bytes: a regular expression of each record would have to be compiled, at 70 µs. The mark is no byte of UTF-8.
 */
function hideWordSql(text: string, needle: string, tag: string, hidden: string): string {
  const pieces = `splitByChar('\\xff', replaceAll(lower(${text}), ${needle}, '\\xff'))`;
  const ends = `arrayCumSum(piece -> length(piece) + length(${needle}), ${pieces})`;
  const start = `end - length(${needle})`;
  const pair = literal('^[0-9A-Za-z]{2}$');
  const isInside = `match(substring(${text}, ${start}, 2), ${pair}) OR match(substring(${text}, end, 2), ${pair})`;
  const isCode = `${start} < length(extract(${text}, ${literal(`(${replyCodes})`)}))`;
  const skipped = `if(number > 1 AND startsWith(piece, ${tag}), length(${tag}), 0)`;
  const kept = `substring(${text}, ${start} - length(piece) + ${skipped} + 1, length(piece) - ${skipped})`;
  const word = `multiIf(end > length(${text}), '', ${isInside} OR ${isCode}, substring(${text}, ${start} + 1, length(${needle})), ${hidden})`;
  const parts = `arrayMap((piece, end, number) -> concat(${kept}, ${word}), ${pieces}, ${ends}, arrayEnumerate(${pieces}))`;
  return `if(${needle} != '' AND positionCaseInsensitive(${text}, ${needle}) > 0, arrayStringConcat(${parts}), ${text})`;
}

/**
 * A sender that names its recipient (VERP, SRS), the domain untouched. Where the recipient is not found in it (there is
 * none in the record, or it is written otherwise), all that stands before `=domain` is replaced, or in SRS the mailbox.
 */
function senderSql(hide: HideSql): string {
  const group = (pattern: string) => `extract(sender_mailbox, ${literal(pattern)})`;
  const srs = { start: '^((?i:srs)[01][=+-].*=)[^=]+=[^=]+$', domain: '=([^=]+)=[^=]+$', local: '=([^=]+)$' };
  const verp = { local: '^(.+)=[^=]+$', domain: '=([^=]+)$' };
  const mailbox = (form: { local: string; domain: string }) =>
    hide(`lower(concat(${group(form.local)}, '@', ${group(form.domain)}))`);
  return `concat(multiIf(
    sender_hidden != sender_mailbox, sender_hidden,
    sender != '' AND lower(sender) = lower(rcpt), rcpt_hidden,
    position(sender_mailbox, '=') = 0, sender_mailbox,
    ${group(srs.start)} != '', concat(${group(srs.start)}, ${group(srs.domain)}, '=', ${mailbox(srs)}),
    match(sender_mailbox, ${literal(`.=[^=]+\\.\\p{L}[${label}-]+$`)}), concat(${mailbox(verp)}, '=', ${group(verp.domain)}),
    sender_mailbox), substring(sender, length(sender_mailbox) + 1))`;
}
