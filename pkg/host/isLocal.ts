import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** What tells this machine from others. */
export interface Machine {
  hostName: string;
  /** IPv4 and IPv6 addresses of the network interfaces. */
  addresses: readonly string[];
  /** Addresses of a name; rejects for unknown ones. */
  resolve(name: string): Promise<string[]>;
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return {
    hostName: hostname(),
    addresses: Object.values(networkInterfaces()).flatMap((entries) => entries?.map(({ address }) => address) ?? []),
    resolve: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  };
}

/**
 * Whether a node's monitor is on this very machine, so that the processes and folders found here are that node's. A
 * name counts where all of its addresses are this machine's: one that several machines share could mean another.
 * An address before a NAT is not recognized.
 *
 * @param url of the monitor; empty for none, in which case pmtad itself must run here
 */
export async function isLocal(url: string, pmtadRuns: boolean, machine: Machine): Promise<boolean> {
  if (url === '') {
    return pmtadRuns;
  }
  if (!URL.canParse(url)) {
    return false;
  }
  const host = new URL(url).hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const own = ownAddresses(machine);
  if (isIP(host)) {
    return own(host);
  }
  if (host === '') {
    return false;
  }
  if (host === 'localhost' || host.endsWith('.localhost') || host === machine.hostName.toLowerCase()) {
    return true;
  }
  const addresses = await machine.resolve(host).catch(() => []);
  return addresses.length > 0 && addresses.every(own);
}

/** Tells this machine's addresses, however they are written (`::ffff:127.0.0.1`, `0:0:0:0:0:0:0:1`). */
function ownAddresses(machine: Machine): (address: string) => boolean {
  const own = new BlockList();
  own.addSubnet('127.0.0.0', 8, 'ipv4');
  own.addAddress('::1', 'ipv6');
  // Who connects to the unspecified address reaches the own machine.
  own.addAddress('0.0.0.0', 'ipv4');
  own.addAddress('::', 'ipv6');
  for (const address of machine.addresses) {
    own.addAddress(withoutZone(address), family(address));
  }
  return (address) => own.check(withoutZone(address), family(address));
}

function withoutZone(address: string): string {
  return address.split('%')[0] ?? address;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
