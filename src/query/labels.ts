/**
 * What people read instead of the names of the query model: label, meaning, formula, and what PMTA must be told to
 * give the data. Complete by type; `labels.test.ts` proves it at run time too.
 */
import {
  type Aggregate,
  type FilterOperator,
  type Format,
  type Measure,
  type Metric,
  type NamedDimension,
  type QueryType,
  type Resource,
} from '../../pkg/query/model.ts';

export interface Label {
  label: string;
  description: string;
}

/** Types of accounting records, as PMTA's `records` directive names them. */
export type RecordType = 'd' | 'b' | 't' | 'tq' | 'r' | 'rb' | 'rs' | 'f';

export interface MeasureLabel extends Label {
  formula: string;
  /** What the `records` directive of the accounting file must list. */
  records: RecordType[];
}

export const measureLabels: Record<Measure, MeasureLabel> = {
  attempts: {
    label: 'Attempts',
    description: 'Recipients that were tried, whatever came of it',
    formula: 'delivered + bounced + deferred',
    records: ['d', 'b', 't'],
  },
  delivered: {
    label: 'Delivered',
    description: 'Recipients that the remote server accepted',
    formula: 'd records',
    records: ['d'],
  },
  bounced: {
    label: 'Bounced',
    description: 'Recipients given up for good',
    formula: 'b records without those deleted by an administrator',
    records: ['b'],
  },
  deferred: {
    label: 'Deferred',
    description: 'Attempts that the remote server put off; each retry counts',
    formula: 't records',
    records: ['t'],
  },
  delivery_rate: {
    label: 'Delivery rate',
    description: 'Share of finished recipients that were accepted',
    formula: 'delivered / (delivered + bounced)',
    records: ['d', 'b'],
  },
  bounce_rate: {
    label: 'Bounce rate',
    description: 'Share of finished recipients that bounced',
    formula: 'bounced / (delivered + bounced)',
    records: ['d', 'b'],
  },
  deferral_rate: {
    label: 'Deferral rate',
    description: 'Share of attempts that were put off',
    formula: 'deferred / attempts',
    records: ['d', 'b', 't'],
  },
};

export interface DimensionLabel extends Label {
  /** Accounting fields that it is read from; `null` where the plugin itself knows it. */
  fields: string | null;
}

export const dimensionLabels: Record<NamedDimension, DimensionLabel> = {
  node: { label: 'Node', description: 'PMTA server, as named in the data source', fields: null },
  recipient_domain: { label: 'Recipient domain', description: 'Domain of RCPT TO', fields: 'rcpt, queue' },
  sender_domain: { label: 'Sender domain', description: 'Domain of MAIL FROM', fields: 'orig' },
  provider: {
    label: 'Provider',
    description: 'Mailbox provider behind the MX: gmail.com and a Workspace domain are both google',
    fields: 'dsnMta, rcpt',
  },
  vmta: { label: 'VMTA', description: 'Virtual MTA that sent', fields: 'vmta, queue' },
  vmta_pool: { label: 'VMTA pool', description: 'Pool that the VMTA was taken from', fields: 'vmtaPool' },
  queue: { label: 'Queue', description: 'PMTA queue, domain/vmta', fields: 'queue' },
  source_ip: { label: 'Source IP', description: 'Local address that sent', fields: 'dlvSourceIp' },
  destination_ip: { label: 'Destination IP', description: 'Address of the remote server', fields: 'dlvDestinationIp' },
  mx: { label: 'MX host', description: 'Name of the remote server', fields: 'dsnMta' },
  job_id: { label: 'Job', description: 'Job of the message, from X-Job', fields: 'jobId' },
  env_id: { label: 'Envelope ID', description: 'ENVID that the sender gave', fields: 'envId' },
  type: { label: 'Record type', description: 'Type of the accounting record: d, b, t, tq, …', fields: 'type' },
  action: { label: 'Action', description: 'What happened: delivered, perm-fail, temp-fail, …', fields: 'type' },
  bounce_category: { label: 'Bounce category', description: 'Category that PMTA gave the bounce', fields: 'bounceCat' },
  status: { label: 'Status', description: 'Enhanced status of the DSN, such as 5.7.1', fields: 'dsnStatus' },
  smtp_code: { label: 'Reply code', description: 'Three digits of the remote reply, such as 550', fields: 'dsnDiag' },
  enhanced_code: { label: 'Reply and enhanced code', description: 'Both codes, such as 550-5.7.26', fields: 'dsnDiag' },
  tls_protocol: { label: 'TLS version', description: 'Empty for clear text', fields: 'dlvTlsProtocol' },
  tls_cipher: { label: 'TLS cipher', description: 'Empty for clear text', fields: 'dlvTlsCipher' },
  delivery_type: {
    label: 'Delivery type',
    description: 'How it was delivered: smtp, pipe, file, …',
    fields: 'dlvType',
  },
  source_type: { label: 'Source type', description: 'How it was received: smtp, api, …', fields: 'srcType' },
  feedback_type: {
    label: 'Feedback type',
    description: 'Kind of complaint, such as abuse; f records only',
    fields: 'feedbackType',
  },
  user: { label: 'User', description: 'SMTP user that submitted the message', fields: 'rcvSmtpUser' },
};

export interface MetricLabel extends Label {
  /** Where it comes from: a path of PMTA's monitor, the plugin's own intake, or the host that PMTA runs on. */
  source: '/status' | '/queues' | 'intake' | 'host';
}

/** What a metric needs, by where it comes from. */
export const sourceTexts: Record<MetricLabel['source'], string> = {
  '/status': "Polled from /status: needs the node's monitor URL.",
  '/queues': "Polled from /queues: needs the node's monitor URL.",
  intake: 'Measured by the plugin as it takes in accounting.',
  host: 'Measured where the plugin or a collector runs on the PMTA host.',
};

export const metricLabels: Record<Metric, MetricLabel> = {
  'traffic.in.recipients': {
    label: 'Recipients in',
    description: 'Recipients received, per second',
    source: '/status',
  },
  'traffic.in.messages': { label: 'Messages in', description: 'Messages received, per second', source: '/status' },
  'traffic.in.kilobytes': { label: 'Kilobytes in', description: 'Kilobytes received, per second', source: '/status' },
  'traffic.out.recipients': { label: 'Recipients out', description: 'Recipients sent, per second', source: '/status' },
  'traffic.out.messages': { label: 'Messages out', description: 'Messages sent, per second', source: '/status' },
  'traffic.out.kilobytes': { label: 'Kilobytes out', description: 'Kilobytes sent, per second', source: '/status' },
  'connections.in.current': { label: 'Connections in', description: 'Open inbound connections', source: '/status' },
  'connections.in.max': {
    label: 'Connections in, limit',
    description: 'Inbound connections allowed by licence or configuration',
    source: '/status',
  },
  'connections.in.top': {
    label: 'Connections in, highest',
    description: 'Most inbound connections since PMTA started',
    source: '/status',
  },
  'connections.out.current': { label: 'Connections out', description: 'Open outbound connections', source: '/status' },
  'connections.out.max': {
    label: 'Connections out, limit',
    description: 'Outbound connections allowed by licence or configuration',
    source: '/status',
  },
  'connections.out.top': {
    label: 'Connections out, highest',
    description: 'Most outbound connections since PMTA started',
    source: '/status',
  },
  'queue.recipients': { label: 'Queued recipients', description: 'Recipients waiting in queues', source: '/queues' },
  'queue.kilobytes': { label: 'Queued kilobytes', description: 'Size of what waits in queues', source: '/queues' },
  'queue.connections': { label: 'Queue connections', description: 'Connections that queues hold', source: '/queues' },
  'queue.backoff': { label: 'Queues in backoff', description: "Queues in PMTA's backoff mode", source: '/queues' },
  'queue.paused': { label: 'Queues paused', description: 'Queues that an operator paused', source: '/queues' },
  up: { label: 'Up', description: '1 while the monitor answers /status, else 0', source: '/status' },
  'intake.lag_bytes': { label: 'Intake lag', description: 'Bytes of accounting not stored yet', source: 'intake' },
  'intake.lag_seconds': {
    label: 'Intake lag in time',
    description: 'Seconds since the last stored record was logged, while there are more to read',
    source: 'intake',
  },
  'intake.records': { label: 'Records stored', description: 'Accounting records stored, per second', source: 'intake' },
  'intake.duplicates': {
    label: 'Duplicates',
    description: 'Records left out because another acct-file had brought them, per second',
    source: 'intake',
  },
  'intake.rejects': { label: 'Rejects', description: 'Records that could not be read, per second', source: 'intake' },
  'intake.lost_bytes': {
    label: 'Bytes lost',
    description: 'Bytes of accounting that were deleted before they were read',
    source: 'intake',
  },
  'intake.files': { label: 'Accounting files', description: 'Accounting files that are followed', source: 'intake' },
  'process.memory_bytes': { label: 'Memory', description: 'Resident memory of pmtad', source: 'host' },
  'process.memory_percent': {
    label: 'Memory share',
    description: "Resident memory of pmtad in percent of the host's, or of its limit",
    source: 'host',
  },
  'process.virtual_bytes': { label: 'Virtual memory', description: 'Virtual memory of pmtad', source: 'host' },
  'process.virtual_percent': {
    label: 'Virtual memory share',
    description: 'Virtual memory of pmtad in percent of what it may take',
    source: 'host',
  },
  'process.cpu_percent': { label: 'CPU', description: 'CPU time of pmtad, one core is 100', source: 'host' },
  'disk.used_percent': { label: 'Disk used', description: 'Used space of spool and log folders', source: 'host' },
  'disk.free_bytes': { label: 'Disk free', description: 'Free space of spool and log folders', source: 'host' },
};

export const resourceLabels: Record<Resource, Label> = {
  status: { label: 'Status', description: 'Traffic, connections, spool and version of each node' },
  queues: { label: 'Queues', description: 'Queues with the most recipients' },
  domains: { label: 'Domains', description: 'Recipient domains with the most recipients' },
  vmtas: { label: 'VMTAs', description: 'Virtual MTAs with the most recipients' },
  jobs: { label: 'Jobs', description: 'Jobs with the most recipients' },
};

export const queryTypeLabels: Record<QueryType, Label> = {
  events: { label: 'Events', description: 'Accounting records as numbers' },
  logs: { label: 'Logs', description: 'Accounting records as log lines' },
  history: { label: 'History', description: 'Queues, connections and traffic over time, as polled' },
  live: { label: 'Live', description: 'PMTA now, straight from its monitor' },
};

export const formatLabels: Record<Format, Label> = {
  timeseries: { label: 'Time series', description: 'One line per group' },
  table: { label: 'Table', description: 'One number per group over the whole time range' },
};

export const aggregateLabels: Record<Aggregate, Label> = {
  avg: { label: 'Average', description: 'Mean of the polls in each interval' },
  max: { label: 'Maximum', description: 'Highest poll in each interval' },
  min: { label: 'Minimum', description: 'Lowest poll in each interval' },
  last: { label: 'Last', description: 'Last poll in each interval' },
  rate: { label: 'Rate', description: 'Change per second between polls' },
};

export const operatorLabels: Record<FilterOperator, Label> = {
  '=': { label: '=', description: 'is' },
  '!=': { label: '!=', description: 'is not' },
  '=|': { label: '=|', description: 'is one of' },
  '!=|': { label: '!=|', description: 'is none of' },
  '=~': { label: '=~', description: 'matches the regular expression as a whole' },
  '!~': { label: '!~', description: 'does not match the regular expression as a whole' },
  '<': { label: '<', description: 'is a number below' },
  '>': { label: '>', description: 'is a number above' },
};

/** Label of a dimension; an accounting column without one (`extra.<name>`) goes by its own name. */
export function dimensionLabel(key: string): string {
  const known: Record<string, DimensionLabel | undefined> = dimensionLabels;
  return known[key]?.label ?? key.replace(/^extra\./, '');
}
