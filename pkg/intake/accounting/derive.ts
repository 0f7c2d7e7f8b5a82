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
  const recipient = field('rcpt');
  const reply = field('dsnDiag');
  const category = `if(${type} = 'd', '', ${field('bounceCat')})`;
  // Not expressions that stand wherever they are needed: planning a statement of their text takes longer than the work.
  const steps = [
    [
      `${timestamp(field('timeLogged'))} AS at`,
      `${timestamp(field('timeQueued'))} AS queued_at`,
      `${few(field('queue'))} AS of_queue`,
      `${few(field('dsnMta'))} AS host`,
      `${few(`substring(${reply}, 1, ${codeBytes})`)} AS reply_start`,
      `extract(${few(field('dsnStatus'))}, ${literal(statusPattern)}) AS dsn`,
    ],
    [
      `lower(extract(host, ${literal(mxPattern)})) AS mx_host`,
      `${firstOf(domainOf(recipient), queueDomain('of_queue'))} AS to_domain`,
      `${replyCode('reply_start')} AS reply_code`,
      `${enhancedCode(reply, 'reply_start')} AS reply_enhanced`,
    ],
    [
      `extract(mx_host, ${literal(mxSuffixPattern)}) AS mx_suffix`,
      `if(reply_enhanced = '', reply_code, concat(reply_code, '-', reply_enhanced)) AS codes`,
    ],
  ];
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
      'at',
      `toUnixTimestamp(at) = 0 OR NOT match(${field('timeLogged')}, ${literal(timePattern)})`,
      'timeLogged is not a time'
    ),
    type: refuse(type, `${type} NOT IN (${recordTypes.map(literal).join(', ')})`, 'unknown record type'),
    recipient: hidden.rcpt,
    recipient_domain: 'to_domain',
    sender: hidden.orig,
    sender_domain: domainOf(field('orig')),
    provider: provider('mx_suffix', 'to_domain'),
    vmta: firstOf(field('vmta'), queueVmta('of_queue')),
    vmta_pool: field('vmtaPool'),
    queue: 'of_queue',
    source_ip: sourceIp,
    // Not for each record without it: the same record in another acct-file would look like another event.
    destination_ip: header.includes('dlvDestinationIp')
      ? field('dlvDestinationIp')
      : `extract(host, ${literal(mxIpPattern)})`,
    mx: 'mx_host',
    job_id: hidden.other.jobId ?? field('jobId'),
    env_id: hidden.other.envId ?? field('envId'),
    bounce_category: category,
    bounce_class: bounceClass({ type, reply, bounce_category: category, status: 'dsn', enhanced_code: 'codes' }),
    status: 'dsn',
    smtp_code: 'reply_code',
    enhanced_code: 'codes',
    reply: hidden.reply,
    tls_protocol: field('dlvTlsProtocol'),
    tls_cipher: field('dlvTlsCipher'),
    delivery_type: field('dlvType'),
    source_type: field('srcType'),
    feedback_type: field('feedbackType'),
    user: field('rcvSmtpUser'),
    bytes: `toUInt64OrZero(${field('dlvSize')})`,
    latency: secondsQueued('queued_at', 'at', field('totalSecondsQueued')),
    extra: extra(header, type, hidden),
    acct_file: '{acct_file:String}',
    source: '{source:String}',
    position: '{position:UInt64} + rowNumberInAllBlocks()',
  };
  return { columns: Object.keys(derived), select: Object.values(derived), stages: [...steps, ...hidden.stages] };
}

/** `host (ip)`; either may be missing, the host may be `[ip]` or, in reports of others, `dns;host`. */
const mxPattern = String.raw`^(?i:dns; *)?(.*?)\.?(?: *\([^)]*\))? *$`;
const mxSuffixPattern = String.raw`(?:^|\.)(${providersByMx.map(([suffix]) => suffix.replaceAll('.', String.raw`\.`)).join('|')})$`;
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

/** The reply code of a reply, given its beginning. */
function replyCode(beginning: string): string {
  return matched(beginning, String.raw`(\d{3})`);
}

/**
 * The enhanced code of a reply in any of the forms that receivers write: `550 5.7.26`, `550-5.7.26`, and several lines run
 * together of which a later one has it.
 */
function enhancedCode(reply: string, beginning: string): string {
  const near = matched(beginning, String.raw`\d{3}[ -]${enhancedPattern}`);
  const isLong = `match(${beginning}, ${literal(String.raw`(?i)^smtp; *\d{3}-`)})`;
  const far = `extract(${reply}, ${literal(String.raw`\b[245]\d\d[ -]${enhancedPattern}`)})`;
  return `if(${near} = '' AND ${isLong}, ${far}, ${near})`;
}

function matched(beginning: string, pattern: string): string {
  return `extract(${beginning}, ${literal(`(?i)^smtp; *${pattern}`)})`;
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

/** By the suffix of the mail exchanger's name, else by the domain. */
function provider(suffix: string, domain: string): string {
  const byMx = lookup(suffix, providersByMx, "''");
  const domains = Object.entries(providersByDomain).flatMap(([name, list]) =>
    list.map((key): [string, string] => [key, name])
  );
  return `if(${suffix} != '', ${byMx}, ${lookup(domain, domains, domain)})`;
}

function lookup(value: string, pairs: ReadonlyArray<readonly [key: string, name: string]>, otherwise: string): string {
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
