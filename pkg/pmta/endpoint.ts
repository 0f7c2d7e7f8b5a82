import { X509Certificate } from 'node:crypto';
import type { AgentOptions } from 'node:https';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import type { NodeSettings } from '../settings/model.ts';
import { PmtaError } from './error.ts';

/** A node's secrets, from `secureJsonData`. */
export interface MonitorSecrets {
  apiKey?: string | undefined;
  tlsClientCert?: string | undefined;
  tlsClientKey?: string | undefined;
}

/** Where and how a node's monitor is asked. */
export interface Endpoint {
  /** Without trailing slash; a path stands here only where a proxy serves PMTA below one. */
  base: URL;
  tls: Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'checkServerIdentity'>;
  /** Empty for access by address. */
  apiKey: string;
}

/** Checks a node's settings and secrets; throws PmtaError `settings` that names the one to correct. */
export function createEndpoint(node: NodeSettings, secrets: MonitorSecrets): Endpoint {
  const apiKey = secrets.apiKey?.trim() ?? '';
  if (!/^[\x21-\x7e]*$/.test(apiKey)) {
    throw new PmtaError(
      'settings',
      node.name,
      `API key of ${node.name} holds blanks or other characters: enter it again`
    );
  }
  return { base: baseAddress(node), tls: tlsOptions(node, secrets), apiKey };
}

function baseAddress(node: NodeSettings): URL {
  const wrong = (what: string) =>
    new PmtaError('settings', node.name, `address of ${node.name} ${what}: enter it as https://mta1.example.com:8080`);
  if (node.url.trim() === '') {
    throw wrong('is empty, so its monitor cannot be asked');
  }
  if (!URL.canParse(node.url)) {
    throw wrong('cannot be read');
  }
  const base = new URL(node.url);
  if (base.protocol !== 'http:' && base.protocol !== 'https:') {
    throw wrong('does not begin with http:// or https://');
  }
  if (base.username !== '' || base.password !== '') {
    throw wrong('holds a user name or password, which PMTA does not know');
  }
  // Addresses are copied from the browser, which shows the web pages below /ui; data is beside them.
  base.pathname = base.pathname.replace(/\/ui(\/.*)?$/, '').replace(/\/+$/, '');
  base.search = '';
  base.hash = '';
  return base;
}

function tlsOptions(node: NodeSettings, secrets: MonitorSecrets): Endpoint['tls'] {
  const cert = secrets.tlsClientCert?.trim() ?? '';
  const key = secrets.tlsClientKey?.trim() ?? '';
  if ((cert === '') !== (key === '')) {
    const missing = cert === '' ? 'certificate' : 'key';
    throw new PmtaError(
      'settings',
      node.name,
      `client ${missing} of ${node.name} is missing: certificate and key go together`
    );
  }
  if (cert !== '') {
    assertClientPair(node.name, cert, key);
  }
  const ca = certificates(node.name, node.tlsCaCert);
  const pinned = new Set(ca.map((certificate) => certificate.fingerprint256));
  return {
    rejectUnauthorized: !node.tlsSkipVerify,
    ...(cert === '' ? {} : { cert, key }),
    ...(ca.length === 0 ? {} : { ca: ca.map((certificate) => certificate.toString()) }),
    // PMTA makes its certificate at installation, often under a name that nobody calls the host. The very certificate
    // that was pasted proves the server whatever name it holds; one that was merely signed by it must fit the name.
    checkServerIdentity: (host, peer) =>
      pinned.has(peer.fingerprint256) ? undefined : checkServerIdentity(host, peer),
  };
}

function assertClientPair(node: string, cert: string, key: string): void {
  try {
    createSecureContext({ cert, key });
  } catch {
    throw new PmtaError(
      'settings',
      node,
      `client certificate and key of ${node} do not fit or are not PEM: paste both again`
    );
  }
}

/** The certificates of a PEM text. Node itself ignores what is not PEM, and then trusts nothing without saying why. */
function certificates(node: string, pem: string): X509Certificate[] {
  if (pem.trim() === '') {
    return [];
  }
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length === 0) {
      throw new TypeError('no certificate');
    }
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new PmtaError(
      'settings',
      node,
      `CA certificate of ${node} is not PEM: paste the text from BEGIN CERTIFICATE to END CERTIFICATE ` +
        '(PMTA keeps its own in /var/lib/pmta/webmon.pem)'
    );
  }
}
