import { Kilobytes, type Tree } from './tree.ts';
import type { Spool } from '../model/spool.ts';
import type { Flow } from '../model/windows.ts';
import type { Zone } from '../zone.ts';
import type { Variant } from './variant.ts';

type Members = { [name: string]: Tree };

const MAX_CONNECTIONS = { in: 1000, out: 1200 };
const SPOOL_FILES = 12_288;
const MAX_RECIPIENTS = 2_880_000;
const EMPTY_QUEUE: Members = { rcp: 0, dom: 0, kb: new Kilobytes(0) };

/** The answer of /status. */
export function status(spool: Spool, hostName: string, variant: Variant, zone: Zone): Members {
  return { mta: mta(hostName, variant), status: state(spool, variant, zone) };
}

function mta(hostName: string, { version }: Variant): Members {
  const modern = version === '5.0';
  return {
    product: {
      name: 'PowerMTA',
      version: modern ? '5.0r5' : '4.0r12',
      ...(modern ? { variant: 'enterprise-plus' } : {}),
      buildDate: modern ? '2020-06-11 10:12:45' : '2012-03-06 17:21:03',
      ...(modern ? { revision: 'v5_0r5@200611.5d0c2aa', bits: 64 } : {}),
    },
    ...(modern ? { lak: { serial: '100001', instances: 1 } } : {}),
    os: { name: 'Linux', version: '4.18.0-553.el8.x86_64', build: 'Rocky Linux release 8.10 (Green Obsidian) ' },
    cpu: { type: 'x86_64', count: 8 },
    ram: { real: 32_750_628 },
    fullHostName: hostName,
    userString: '',
    hostId: 0,
    ...(modern ? { webUI: { protocol: 1 } } : {}),
  };
}

function state(spool: Spool, variant: Variant, zone: Zone): Members {
  const { counters } = spool;
  const local = (ms: number): string => zone.local(ms + variant.clockSkewMs);
  const connections = spool.connections();
  const inbound = inboundConnections(counters.lastMinute);
  return {
    timeNow: local(spool.now),
    startupTime: local(spool.startedAt),
    shuttingDown: false,
    traffic: {
      total: flow(counters.total),
      lastHr: flow(counters.lastHour),
      lastMin: flow(counters.lastMinute),
      topPerHr: flow(counters.topPerHour),
      topPerMin: flow(counters.topPerMinute),
      ...(variant.version === '5.0'
        ? { perf: { lastMin: { in: { count: 0, mailFromTime: 0, dataTime: 0, totalTime: 0 } } } }
        : {}),
    },
    conn: {
      smtpIn: {
        cur: inbound,
        max: MAX_CONNECTIONS.in,
        top: Math.max(inbound, inboundConnections(counters.topPerMinute)),
      },
      smtpOut: { cur: connections, max: MAX_CONNECTIONS.out, top: spool.topConnections },
    },
    resolver: { namesCached: 81, queriesPending: 0, queriesActive: 0 },
    queue: queues(spool, variant),
    spool: {
      initPct: 100,
      dirs: 3,
      files: { inUse: Math.min(spool.recipients, SPOOL_FILES), recycled: 0, total: SPOOL_FILES },
      totalRcp: spool.recipients,
      maxRcp: MAX_RECIPIENTS,
    },
    status: 'running',
  };
}

function queues(spool: Spool, { version }: Variant): Members {
  const domains = new Set<string>();
  for (const queue of spool.listed) {
    if (queue.recipients > 0) {
      domains.add(queue.domain);
    }
  }
  const others =
    version === '5.0'
      ? ['pipe', 'discard', 'file', 'alias', 'bounceProcessor', 'feedbackLoopProcessor', 'httpDelivery']
      : ['pipe', 'discard', 'file', 'alias', 'gmImprinter'];
  return {
    smtp: { rcp: spool.recipients, dom: domains.size, kb: new Kilobytes(spool.bytes) },
    ...Object.fromEntries(others.map((name) => [name, EMPTY_QUEUE])),
  };
}

function flow(counts: Flow): Members {
  return {
    out: { rcp: counts.outRecipients, msg: counts.outMessages, kb: new Kilobytes(counts.outBytes) },
    in: { rcp: counts.inRecipients, msg: counts.inMessages, kb: new Kilobytes(counts.inBytes) },
    bounceProcessed: counts.bounceProcessed,
    feedbackLoopProcessed: counts.feedbackLoopProcessed,
  };
}

/** One injecting connection carries about two messages a second. */
function inboundConnections({ inMessages }: Flow): number {
  return Math.min(MAX_CONNECTIONS.in, Math.ceil(inMessages / 120));
}
