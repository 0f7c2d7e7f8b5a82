import type { RecipientPrivacy } from '../../../settings/model.ts';
import { literal } from '../../../store/sql.ts';
import { addressPattern, hashBytes, label, redacted, shortestBare } from './addresses.ts';
import { cannotHoldAddress, namesRecipients } from './columns.ts';
import { hiddenMailbox, hideWordSql } from './hideWordSql.ts';

/** SQL over one CSV record. */
export interface PrivacyFields {
  rcpt: string;
  orcpt: string;
  orig: string;
  reply: string;
  /** Further fields by their canonical names. */
  other: Record<string, string>;
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
