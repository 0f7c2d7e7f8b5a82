import { Random } from '../random.ts';

/** Mailbox provider behind a recipient domain, named after the operator of its MX hosts. */
export type ProviderName = 'google' | 'yahoo' | 'outlook' | 'microsoft365' | 'apple' | 'comcast' | 'other';

export interface Exchanger {
  host: string;
  ip: string;
}

/** How a domain behaves beside its provider's ways. */
export type Trouble = 'none' | 'greylisting' | 'unreachable' | 'unknown-domain';

export interface RecipientDomain {
  /** As in RCPT TO: ASCII, IDNs in punycode. */
  name: string;
  /** As in queue names: Unicode, or the rollup that the domain belongs to. */
  queueName: string;
  provider: ProviderName;
  /** Share of all recipients; only its ratio to other domains counts. */
  weight: number;
  exchangers: Exchanger[];
  trouble: Trouble;
}

export interface ProviderTraits {
  /** dlvEsmtpAvailable. */
  extensions: string;
  /** Protocol, cipher and share of deliveries; empty texts are clear text. */
  tls: ReadonlyArray<readonly [{ protocol: string; cipher: string }, number]>;
  /** Mean seconds from queueing to the answer. */
  latency: number;
  /** Share of attempts that end in a bounce, for a VMTA of middling reputation. */
  bounceShare: number;
  /** Share of attempts that are deferred on an ordinary day. */
  deferralShare: number;
  /** Share of deliveries that are reported as spam; 0 where the provider sends no reports. */
  complaintShare: number;
}

const TLS13 = { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' };
const TLS13_128 = { protocol: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' };
const TLS12 = { protocol: 'TLSv1.2', cipher: 'ECDHE-RSA-AES256-GCM-SHA384' };
const CLEAR = { protocol: '', cipher: '' };

export const PROVIDERS: Record<ProviderName, ProviderTraits> = {
  google: {
    extensions: 'SIZE,8BITMIME,STARTTLS,ENHANCEDSTATUSCODES,PIPELINING,CHUNKING,SMTPUTF8',
    tls: [[TLS13, 1]],
    latency: 1.4,
    bounceShare: 0.02,
    deferralShare: 0.012,
    complaintShare: 0,
  },
  yahoo: {
    extensions: 'PIPELINING,SIZE,8BITMIME,STARTTLS',
    tls: [[TLS13_128, 1]],
    latency: 2.2,
    bounceShare: 0.035,
    deferralShare: 0.03,
    complaintShare: 0.0016,
  },
  outlook: {
    extensions: 'SIZE,PIPELINING,DSN,ENHANCEDSTATUSCODES,STARTTLS,8BITMIME,BINARYMIME,CHUNKING,SMTPUTF8',
    tls: [
      [TLS13, 0.8],
      [TLS12, 0.2],
    ],
    latency: 3.1,
    bounceShare: 0.045,
    deferralShare: 0.02,
    complaintShare: 0.0012,
  },
  microsoft365: {
    extensions: 'SIZE,PIPELINING,DSN,ENHANCEDSTATUSCODES,STARTTLS,8BITMIME,BINARYMIME,CHUNKING,SMTPUTF8',
    tls: [[TLS12, 1]],
    latency: 4.5,
    bounceShare: 0.05,
    deferralShare: 0.02,
    complaintShare: 0,
  },
  apple: {
    extensions: 'PIPELINING,SIZE,ETRN,STARTTLS,ENHANCEDSTATUSCODES,8BITMIME,DSN,SMTPUTF8',
    tls: [[TLS13, 1]],
    latency: 1.8,
    bounceShare: 0.02,
    deferralShare: 0.008,
    complaintShare: 0,
  },
  comcast: {
    extensions: 'ENHANCEDSTATUSCODES,8BITMIME,SIZE,STARTTLS',
    tls: [[TLS12, 1]],
    latency: 1.2,
    bounceShare: 0.04,
    deferralShare: 0.03,
    complaintShare: 0.0014,
  },
  other: {
    extensions: 'PIPELINING,8BITMIME,SIZE,STARTTLS',
    tls: [
      [TLS13, 0.45],
      [TLS12, 0.4],
      [CLEAR, 0.15],
    ],
    latency: 2.8,
    bounceShare: 0.06,
    deferralShare: 0.02,
    complaintShare: 0,
  },
};

/** An address of a documentation network, so that no simulated record names a real machine. */
function documentationIp(random: Random): string {
  return `${random.pick(['198.51.100', '203.0.113'])}.${random.int(1, 254)}`;
}

/**
 * The recipient domains of a simulation.
 * @param small how many small domains stand beside the large providers
 */
export function recipientDomains(seed: string, small: number): RecipientDomain[] {
  const random = new Random(`${seed} domains`);
  const addresses = new Map<string, Exchanger>();
  const exchangers = (hosts: string[]): Exchanger[] =>
    hosts.map((host) => {
      const known = addresses.get(host) ?? { host, ip: documentationIp(random) };
      addresses.set(host, known);
      return known;
    });
  const domain = (
    provider: ProviderName,
    name: string,
    weight: number,
    hosts: string[],
    more: Partial<RecipientDomain> = {}
  ): RecipientDomain => ({
    name,
    queueName: name,
    provider,
    weight,
    exchangers: exchangers(hosts),
    trouble: 'none',
    ...more,
  });

  const gmail = ['gmail-smtp-in.l.google.com', 'alt1.gmail-smtp-in.l.google.com', 'alt2.gmail-smtp-in.l.google.com'];
  const workspace = ['aspmx.l.google.com', 'alt1.aspmx.l.google.com'];
  const yahoo = ['mta5.am0.yahoodns.net', 'mta6.am0.yahoodns.net', 'mta7.am0.yahoodns.net'];
  const rollup = { queueName: 'yahoo.rollup' };
  const tenant = (name: string): string[] => [`${name.replaceAll('.', '-')}.mail.protection.outlook.com`];
  const domains = [
    domain('google', 'gmail.com', 30, gmail),
    ...['workspace-one.example.com', 'workspace-two.example.com', 'workspace-three.example.net'].map((name) =>
      domain('google', name, 2, workspace)
    ),
    domain('yahoo', 'yahoo.com', 10, yahoo, rollup),
    domain('yahoo', 'aol.com', 4, yahoo, rollup),
    domain('yahoo', 'ymail.com', 1, yahoo, rollup),
    domain('outlook', 'hotmail.com', 9, ['hotmail-com.olc.protection.outlook.com']),
    domain('outlook', 'outlook.com', 7, ['outlook-com.olc.protection.outlook.com']),
    ...['tenant-one.example.com', 'tenant-two.example.com', 'tenant-three.example.net', 'tenant-four.example.net'].map(
      (name) => domain('microsoft365', name, 2, tenant(name))
    ),
    domain('apple', 'icloud.com', 5, ['mx01.mail.icloud.com', 'mx02.mail.icloud.com']),
    domain('comcast', 'comcast.net', 3, ['mx1a1.comcast.net', 'mx2c1.comcast.net']),
    domain('other', 'xn--bcher-kva.example', 1, ['mx.xn--bcher-kva.example'], { queueName: 'bücher.example' }),
    domain('other', 'greylisting.example.net', 0.8, ['mx.greylisting.example.net'], { trouble: 'greylisting' }),
    domain('other', 'unreachable.example.net', 0.15, ['mx.unreachable.example.net'], { trouble: 'unreachable' }),
    domain('other', 'gmial.example', 0.1, [], { trouble: 'unknown-domain' }),
  ];
  for (let i = 1; i <= small; i++) {
    const name = `shop${String(i).padStart(small > 999 ? 5 : 3, '0')}.example.${i % 2 === 0 ? 'com' : 'net'}`;
    domains.push(
      domain('other', name, 10 / small / (0.5 + random.next()), [`mx.${name}`], {
        trouble: random.chance(0.15) ? 'greylisting' : 'none',
      })
    );
  }
  return domains;
}
