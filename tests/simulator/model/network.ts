/** One virtual MTA: a source address and the name under which PMTA accounts for it. */
export interface Vmta {
  /** `{default}` is PMTA's own name for mail without a VMTA; names may be addresses too. */
  name: string;
  /** Pool, or empty for a VMTA outside of pools. */
  pool: string;
  sourceIp: string;
  hostName: string;
  /** Multiplies the share of bounces for spam and policy: 1 is middling, above is worse. */
  suspicion: number;
}

/** The kind of mail that enters through a pool (or past the pools, with an empty name). */
export interface Stream {
  pool: string;
  /** Share of all recipients. */
  weight: number;
  vmtas: Vmta[];
  /** Campaigns carry job ids that begin with this; empty for mail without a job. */
  jobPrefix: string;
  /** Mean number of recipients of one message. */
  recipientsPerMessage: number;
  /** Mean message size in bytes. */
  size: number;
  senderDomain: string;
  /** srcType, and the machine that injects. */
  sourceType: 'smtp' | 'api';
  injector: { host: string; ip: string };
  subject: string;
  hasEnvelopeId: boolean;
  /** Seconds after which an undelivered recipient bounces (bounce-after). */
  expiry: number;
}

const DAY = 86_400;

/**
 * The sending side: pools, their VMTAs and what is sent through them.
 * @param vmtasPerPool VMTAs in each pool
 * @param hostName the PMTA host, of which each VMTA's host is a subdomain
 */
export function streams(vmtasPerPool: number, hostName: string): Stream[] {
  let address = 10;
  const vmta = (name: string, pool: string, suspicion: number): Vmta => ({
    name,
    pool,
    sourceIp: `192.0.2.${address++ % 250}`,
    hostName: `${name.replace(/[{}]/g, '')}.${hostName}`,
    suspicion,
  });
  const pool = (name: string, prefix: string, suspicions: number[]): Vmta[] =>
    Array.from({ length: vmtasPerPool }, (_, i) =>
      vmta(`${prefix}-${i + 1}`, name, suspicions[i % suspicions.length]!)
    );
  return [
    {
      pool: 'marketing',
      weight: 40,
      vmtas: pool('marketing', 'mkt', [0.6, 1, 1.6]),
      jobPrefix: 'promo',
      recipientsPerMessage: 1,
      size: 42_000,
      senderDomain: 'offers.example.com',
      sourceType: 'smtp',
      injector: { host: 'campaign-1', ip: '198.51.100.60' },
      subject: 'This week, only for you',
      hasEnvelopeId: false,
      expiry: 2 * DAY,
    },
    {
      pool: 'newsletter',
      weight: 35,
      vmtas: pool('newsletter', 'news', [0.5, 0.8]),
      jobPrefix: 'news',
      recipientsPerMessage: 12,
      size: 61_000,
      senderDomain: 'news.example.net',
      sourceType: 'api',
      injector: { host: 'editor-1', ip: '198.51.100.61' },
      subject: 'Your newsletter, with the latest',
      hasEnvelopeId: true,
      expiry: 4.5 * DAY,
    },
    {
      pool: 'transactional',
      weight: 20,
      vmtas: pool('transactional', 'tx', [0.2]),
      jobPrefix: '',
      recipientsPerMessage: 1,
      size: 9_000,
      senderDomain: 'accounts.example.com',
      sourceType: 'smtp',
      injector: { host: 'app-1', ip: '198.51.100.62' },
      subject: 'Your receipt',
      hasEnvelopeId: true,
      expiry: 3600,
    },
    {
      pool: '',
      weight: 5,
      vmtas: [vmta('{default}', '', 1.2), { ...vmta('192.0.2.9', '', 1), sourceIp: '192.0.2.9' }],
      jobPrefix: '',
      recipientsPerMessage: 1,
      size: 15_000,
      senderDomain: 'example.com',
      sourceType: 'smtp',
      injector: { host: 'office-1', ip: '198.51.100.63' },
      subject: 'Re: "quotation", as discussed',
      hasEnvelopeId: false,
      expiry: 4.5 * DAY,
    },
  ];
}
