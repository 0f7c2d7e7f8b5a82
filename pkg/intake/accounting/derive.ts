import { type AccountingField, recordTypes } from '../../pmta/accounting/fields.ts';
import type { Header } from '../../pmta/accounting/header.ts';
import { timePattern } from '../../pmta/accounting/time.ts';
import { providersByDomain, providersByMx } from '../../pmta/accounting/providers.ts';
import type { RecipientPrivacy } from '../../settings/model.ts';
import { bounceClass } from '../../store/schema/bounceClass.ts';
import { literal } from '../../store/sql.ts';
import { type HiddenFields, privacySql } from './privacy/privacySql.ts';

/**
 * Every derived column of `events`, in one place: SQL over the CSV's fields (c1, c2, …), so that the engine computes
 * them while it reads. A record whose type or time it cannot understand makes the whole statement fail; the caller then
 * reads the records one by one.
 */
export interface Derivation {
  columns: string[];
  select: string[];
  stages: string[][];
}

/** Fields that have a column of their own, or whose content is wholly in one. */
const placed = new Set<string>([
  'type',
  'timeLogged',
  'timeQueued',
  'orig',
  'rcpt',
  'dsnStatus',
  'dsnDiag',
  'dsnMta',
  'bounceCat',
  'srcType',
  'dlvType',
  'dlvSourceIp',
  'dlvDestinationIp',
  'dlvSize',
  'vmta',
  'jobId',
  'envId',
  'queue',
  'vmtaPool',
  'rcvSmtpUser',
  'dlvTlsProtocol',
  'dlvTlsCipher',
  'feedbackType',
] satisfies AccountingField[]);

/**
 * The columns of `events` for a file with this header. Parameters that the statement needs: `node`, `source`,
 * `acct_file` and `position` (of the chunk's first record; records count up from it, which keeps positions unique and in file order
 * because a record is at least one byte long).
 */
export function deriveEvents(header: Header, recipients: RecipientPrivacy): Derivation {
  const field = (name: AccountingField | (string & {})): string => {
    const index = header.indexOf(name);
    return index < 0 ? "''" : `c${index + 1}`;
  };
  const type = field('type');
  const time = timestamp(field('timeLogged'));
  const queued = timestamp(field('timeQueued'));
  const recipient = field('rcpt');
  const queue = few(field('queue'));
  const host = few(field('dsnMta'));
  const mx = `lower(extract(${host}, ${literal(mxPattern)}))`;
  const reply = field('dsnDiag');
  const { code, enhancedCode } = codesOf(reply);
  const status = `extract(${few(field('dsnStatus'))}, ${literal(statusPattern)})`;
  const category = `if(${type} = 'd', '', ${field('bounceCat')})`;
  const recipientDomain = firstOf(domainOf(recipient), queueDomain(queue));
  // On a feedback report this is the address of the server that sent the report, not one of ours.
  const sourceIp = `if(${type} = 'f', '', ${field('dlvSourceIp')})`;

  const elsewhere = [...header.filter((name) => !placed.has(name) && name !== 'orcpt'), 'jobId', 'envId'];
  const hidden = privacySql(recipients, {
    rcpt: recipient,
    orcpt: field('orcpt'),
    orig: field('orig'),
    reply,
    other: Object.fromEntries(elsewhere.map((name) => [name, field(name)])),
  });

  const derived: Record<string, string> = {
    node: '{node:String}',
    time: refuse(
      time,
      `toUnixTimestamp(${time}) = 0 OR NOT match(${field('timeLogged')}, ${literal(timePattern)})`,
      'timeLogged is not a time'
    ),
    type: refuse(type, `${type} NOT IN (${recordTypes.map(literal).join(', ')})`, 'unknown record type'),
    recipient: hidden.rcpt,
    recipient_domain: recipientDomain,
    sender: hidden.orig,
    sender_domain: domainOf(field('orig')),
    provider: provider(mx, recipientDomain),
    vmta: firstOf(field('vmta'), queueVmta(queue)),
    vmta_pool: field('vmtaPool'),
    queue,
    source_ip: sourceIp,
    // Not for each record without it: the same record in another acct-file would look like another event.
    destination_ip: header.includes('dlvDestinationIp')
      ? field('dlvDestinationIp')
      : `extract(${host}, ${literal(mxIpPattern)})`,
    mx,
    job_id: hidden.other.jobId ?? field('jobId'),
    env_id: hidden.other.envId ?? field('envId'),
    bounce_category: category,
    bounce_class: bounceClass({ type, reply, bounce_category: category, status, enhanced_code: enhancedCode }),
    status,
    smtp_code: code,
    enhanced_code: enhancedCode,
    reply: hidden.reply,
    tls_protocol: field('dlvTlsProtocol'),
    tls_cipher: field('dlvTlsCipher'),
    delivery_type: field('dlvType'),
    source_type: field('srcType'),
    feedback_type: field('feedbackType'),
    user: field('rcvSmtpUser'),
    bytes: `toUInt64OrZero(${field('dlvSize')})`,
    latency: `if(${type} = 'd', ${secondsQueued(queued, time, field('totalSecondsQueued'))}, NULL)`,
    extra: extra(header, type, hidden),
    acct_file: '{acct_file:String}',
    source: '{source:String}',
    position: '{position:UInt64} + rowNumberInAllBlocks()',
  };
  return { columns: Object.keys(derived), select: Object.values(derived), stages: hidden.stages };
}

/** `host (ip)`; either may be missing, the host may be `[ip]` or, in reports of others, `dns;host`. */
const mxPattern = String.raw`^(?i:dns; *)?(.*?)\.?(?: *\([^)]*\))? *$`;
const mxIpPattern = String.raw`\(([0-9a-fA-F.:]+)\) *$`;
const statusPattern = String.raw`^\d\.\d+\.\d+`;
/** Behind an enhanced code, so that an address or a version is none. */
const codeEnd = String.raw`(?:$|[^\w.]|\.(?:\D|$))`;
const enhancedPattern = String.raw`([245]\.\d{1,3}\.\d{1,3})${codeEnd}`;
/** Reply code and enhanced code stand within so many bytes, which are alike in many more records than the whole reply. */
const codeBytes = 22;

/** UTC time of a field; 1970-01-01 for what is no time. Takes more forms than `timePattern` has. */
function timestamp(field: string): string {
  return `multiIf(
    match(${field}, '^ *\\\\d{9,10} *$'), toDateTime(toUInt32OrZero(trimBoth(${field})), 'UTC'),
    position(${field}, '/') > 0, parseDateTimeBestEffortUSOrZero(${field}, 'UTC'),
    parseDateTimeBestEffortOrZero(${field}, 'UTC'))`;
}

/** By the times where both are known, else as PMTA counted it; NULL where neither is there. */
function secondsQueued(queued: string, time: string, counted: string): string {
  const between = `greatest(0, toInt64(toUnixTimestamp(${time})) - toInt64(toUnixTimestamp(${queued})))`;
  return `if(toUnixTimestamp(${queued}) > 0, toUInt32(${between}), toUInt32OrNull(${counted}))`;
}

/**
 * The reply code and, joined to it, the enhanced code, of a reply in any of the forms that receivers write: `550 5.7.26`,
 * `550-5.7.26`, and several lines run together of which a later one has the enhanced code.
 */
function codesOf(reply: string): { code: string; enhancedCode: string } {
  const beginning = few(`substring(${reply}, 1, ${codeBytes})`);
  const matched = (pattern: string) => `extract(${beginning}, ${literal(`(?i)^smtp; *${pattern}`)})`;
  const code = matched(String.raw`(\d{3})`);
  const near = matched(String.raw`\d{3}[ -]${enhancedPattern}`);
  const isLong = `match(${beginning}, ${literal(String.raw`(?i)^smtp; *\d{3}-`)})`;
  const far = `extract(${reply}, ${literal(String.raw`\b[245]\d\d[ -]${enhancedPattern}`)})`;
  const enhanced = `if(${near} = '' AND ${isLong}, ${far}, ${near})`;
  return { code, enhancedCode: `if(${enhanced} = '', ${code}, concat(${code}, '-', ${enhanced}))` };
}

/** `value`, or an error of the whole statement where `condition` holds for any record. */
function refuse(value: string, condition: string, reason: string): string {
  return `if(throwIf(${condition}, ${literal(reason)}) = 0, ${value}, ${value})`;
}

/** Behind the last `@` of an address, with or without `<>`; empty where there is none. */
function domainOf(address: string): string {
  const domain = `substring(${address}, length(${address}) - position(reverse(${address}), '@') + 2)`;
  return `lowerUTF8(replaceRegexpOne(${few(domain)}, ${literal(String.raw`[.>\s]+$`)}, ''))`;
}

function firstOf(value: string, otherwise: string): string {
  return `if(${value} != '', ${value}, ${otherwise})`;
}

/** A queue is `domain/vmta`, split at the last slash; a VMTA may be named like an address. */
function queueDomain(queue: string): string {
  return `lowerUTF8(substring(${queue}, 1, greatest(0, length(${queue}) - position(reverse(${queue}), '/'))))`;
}

function queueVmta(queue: string): string {
  return `if(position(${queue}, '/') > 0, substring(${queue}, length(${queue}) - position(reverse(${queue}), '/') + 2), '')`;
}

/**
 * For values of which there are few among many records (hosts, domains, seconds): what is computed of them is then
 * computed once for each different value of a block, which halves the time of the whole statement.
 */
function few(value: string): string {
  return `toLowCardinality(${value})`;
}

function provider(mx: string, domain: string): string {
  const suffixes = providersByMx.map(([suffix]) => suffix);
  const pattern = `(?:^|\\\\.)(${suffixes.map((suffix) => suffix.replace(/\./g, '\\\\.')).join('|')})$`;
  const suffix = `extract(${mx}, '${pattern}')`;
  const byMx = lookup(
    suffix,
    providersByMx.map(([key, name]) => [key, name]),
    "''"
  );
  const byDomain = lookup(
    domain,
    Object.entries(providersByDomain).flatMap(([name, list]) => list.map((key): [string, string] => [key, name])),
    domain
  );
  return `if(${suffix} != '', ${byMx}, ${byDomain})`;
}

function lookup(value: string, pairs: Array<readonly [key: string, name: string]>, otherwise: string): string {
  const keys = pairs.map(([key]) => literal(key)).join(', ');
  const names = pairs.map(([, name]) => literal(name)).join(', ');
  return `transform(${value}, [${keys}], [${names}], ${otherwise})`;
}

/** Columns without a place of their own, non-empty values only. */
function extra(header: Header, type: string, hidden: HiddenFields): string {
  const pairs = header
    .filter((name) => !placed.has(name))
    .map((name) => `${literal(name)}, ${name === 'orcpt' ? hidden.orcpt : hidden.other[name]}`);
  const source = header.indexOf('dlvSourceIp');
  if (source >= 0) {
    pairs.push(`'dlvSourceIp', if(${type} = 'f', c${source + 1}, '')`);
  }
  return pairs.length === 0
    ? "CAST(map(), 'Map(LowCardinality(String), String)')"
    : `mapFilter((name, value) -> value != '', map(${pairs.join(', ')}))`;
}
