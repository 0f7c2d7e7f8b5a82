import { type AccountingField, recordTypes } from '../../pmta/accounting/fields.ts';
import type { Header } from '../../pmta/accounting/header.ts';
import { providersByDomain, providersByMx } from '../../pmta/accounting/providers.ts';
import type { RecipientPrivacy } from '../../settings/model.ts';
import { literal } from '../../store/sql.ts';
import { type HiddenFields, privacySql } from './privacy.ts';

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
  const queue = field('queue');
  const mx = `extract(lower(${few(field('dsnMta'))}), '^(.*?)(?: \\\\([^)]*\\\\))?$')`;
  const reply = field('dsnDiag');
  const code = `extract(${reply}, '^smtp;\\\\s*(\\\\d{3})')`;
  const enhanced = `extract(${reply}, '^smtp;\\\\s*\\\\d{3}[ -](\\\\d\\\\.\\\\d{1,3}\\\\.\\\\d{1,3})\\\\b')`;
  const recipientDomain = `if(position(${recipient}, '@') > 0, ${domainOf(recipient)}, ${queueDomain(queue)})`;
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
    time: refuse(time, `toUnixTimestamp(${time}) = 0`, 'timeLogged is not a time'),
    type: refuse(type, `${type} NOT IN (${recordTypes.map(literal).join(', ')})`, 'unknown record type'),
    recipient: hidden.rcpt,
    recipient_domain: recipientDomain,
    sender: hidden.orig,
    sender_domain: `if(position(${field('orig')}, '@') > 0, ${domainOf(field('orig'))}, '')`,
    provider: provider(mx, recipientDomain),
    vmta: `if(${field('vmta')} != '', ${field('vmta')}, ${queueVmta(queue)})`,
    vmta_pool: field('vmtaPool'),
    queue,
    source_ip: sourceIp,
    destination_ip: field('dlvDestinationIp'),
    mx,
    job_id: hidden.other.jobId ?? field('jobId'),
    env_id: hidden.other.envId ?? field('envId'),
    bounce_category: `if(${type} = 'd', '', ${field('bounceCat')})`,
    status: `extract(${field('dsnStatus')}, '^\\\\d\\\\.\\\\d+\\\\.\\\\d+')`,
    smtp_code: code,
    enhanced_code: `if(${enhanced} = '', ${code}, concat(${code}, '-', ${enhanced}))`,
    reply: hidden.reply,
    tls_protocol: field('dlvTlsProtocol'),
    tls_cipher: field('dlvTlsCipher'),
    delivery_type: field('dlvType'),
    source_type: field('srcType'),
    feedback_type: field('feedbackType'),
    user: field('rcvSmtpUser'),
    bytes: `toUInt64OrZero(${field('dlvSize')})`,
    latency: `if(${type} = 'd' AND toUnixTimestamp(${queued}) > 0, toUInt32(greatest(0, dateDiff('second', ${queued}, ${time}))), NULL)`,
    extra: extra(header, type, hidden),
    acct_file: '{acct_file:String}',
    source: '{source:String}',
    position: '{position:UInt64} + rowNumberInAllBlocks()',
  };
  return { columns: Object.keys(derived), select: Object.values(derived), stages: hidden.stages };
}

/**
 * `2026-04-01 14:32:10+0000`, `1178807903` (iso-times no) or, as the guide's text has it, `MM/DD/YYYY HH:MM:SS+0000`;
 * 1970-01-01 for anything else.
 */
function timestamp(field: string): string {
  return `multiIf(
    match(${field}, '^\\\\d{9,10}$'), toDateTime(toUInt32OrZero(${field}), 'UTC'),
    position(${field}, '/') > 0, parseDateTimeBestEffortUSOrZero(${field}, 'UTC'),
    parseDateTimeBestEffortOrZero(${field}, 'UTC'))`;
}

/** `value`, or an error of the whole statement where `condition` holds for any record. */
function refuse(value: string, condition: string, reason: string): string {
  return `if(throwIf(${condition}, ${literal(reason)}) = 0, ${value}, ${value})`;
}

function domainOf(address: string): string {
  return `lower(substring(${address}, length(${address}) - position(reverse(${address}), '@') + 2))`;
}

/** A queue is `domain/vmta`, split at the last slash; a VMTA may be named like an address. */
function queueDomain(queue: string): string {
  return `lower(substring(${queue}, 1, greatest(0, length(${queue}) - position(reverse(${queue}), '/'))))`;
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
    few(domain),
    Object.entries(providersByDomain).flatMap(([name, list]) => list.map((key): [string, string] => [key, name])),
    few(domain)
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
