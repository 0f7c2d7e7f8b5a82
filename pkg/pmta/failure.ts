import { PmtaError, quote, type PmtaErrorCode } from './error.ts';

interface Symptom {
  /** Tested against `code message` of the error: OpenSSL puts the reason of an EPROTO into the message alone. */
  pattern: RegExp;
  code: PmtaErrorCode;
  explain: (node: string, address: string) => string;
}

const verificationOff = 'or switch certificate verification off for this node';

const symptoms: Symptom[] = [
  {
    pattern: /^(ENOTFOUND|EAI_)/,
    code: 'unreachable',
    explain: (node, address) =>
      `host name of ${node} (${address}) cannot be resolved: check the address and Grafana's DNS`,
  },
  {
    pattern: /^ECONNREFUSED/,
    code: 'unreachable',
    explain: (node, address) =>
      `nothing listens at ${address} of ${node}: check http-mgmt-port in PMTA's configuration (8080 unless set, 0 is off) ` +
      'and that the pmtahttp service runs',
  },
  {
    pattern: /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)/,
    code: 'unreachable',
    explain: (node, address) => `no route to ${address} of ${node}: check the address, the network and the firewall`,
  },
  {
    pattern: /^ETIMEDOUT/,
    code: 'timeout',
    explain: (node, address) => `${address} of ${node} did not take the connection: check the address and the firewall`,
  },
  {
    pattern: /wrong version number|packet length too long|WRONG_VERSION_NUMBER|PACKET_LENGTH/,
    code: 'tls',
    explain: (node, address) => `${address} of ${node} does not speak TLS: use http:// in its address`,
  },
  {
    pattern: /SELF_SIGNED_CERT/,
    code: 'tls',
    explain: (node) =>
      `certificate of ${node} is self-signed: paste PMTA's certificate (/var/lib/pmta/webmon.pem) as CA, ${verificationOff}`,
  },
  {
    pattern: /^(UNABLE_TO_|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE_FAILURE)/,
    code: 'tls',
    explain: (node) =>
      `certificate of ${node} is from an unknown authority: paste that authority's certificate as CA, ${verificationOff}`,
  },
  {
    pattern: /^CERT_HAS_EXPIRED/,
    code: 'tls',
    explain: (node) => `certificate of ${node} has expired: renew it on the PMTA host, ${verificationOff}`,
  },
  {
    pattern: /^CERT_NOT_YET_VALID/,
    code: 'tls',
    explain: (node) => `certificate of ${node} is not valid yet: check the clocks of Grafana and ${node}`,
  },
  {
    pattern: /^ERR_TLS_CERT_ALTNAME_INVALID/,
    code: 'tls',
    explain: (node, address) =>
      `certificate of ${node} is for another name than ${address}: use the certificate's name in the address, ` +
      `paste this very certificate as CA, ${verificationOff}`,
  },
  {
    pattern: /key too (small|weak)|KEY_TOO_SMALL|md too weak/i,
    code: 'tls',
    explain: (node) =>
      `certificate or key exchange of ${node} is weaker than TLS allows today (OpenSSL security level 2): ` +
      `give PMTA a certificate of at least 2048 bits, ${verificationOff}`,
  },
  {
    pattern: /protocol version|unsupported protocol|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    code: 'tls',
    explain: (node) => `${node} offers only TLS older than 1.2: allow TLS 1.2 in PMTA's configuration`,
  },
  {
    pattern: /certificate required|bad certificate|unknown ca|CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA/,
    code: 'tls',
    explain: (node) =>
      `${node} wants another client certificate: set client certificate and key that its http-tls-ca-file accepts`,
  },
  {
    pattern: /^(EPROTO|ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|HOSTNAME_MISMATCH|UNSPECIFIED)/,
    code: 'tls',
    explain: (node) =>
      `${node} and Grafana could not agree on TLS: check PMTA's http TLS settings and, if it asks for one, the client certificate`,
  },
  {
    pattern: /^(ECONNRESET|EPIPE|ECONNABORTED)/,
    code: 'unreachable',
    explain: (node, address) =>
      `${address} of ${node} closed the connection before a whole answer came: check whether its address should begin with ` +
      'http:// or https://, and pmtahttp.log on the PMTA host',
  },
  {
    pattern: /^HPE_/,
    code: 'malformed',
    explain: (node, address) =>
      `${address} of ${node} does not answer in HTTP: check the port and whether the address should begin with https://`,
  },
];

/** Turns an error of Node's connection, TLS or HTTP parser into one that tells the user the next step. */
export function connectionFailure(node: string, url: URL, error: unknown): PmtaError {
  const { code, message } = describe(error);
  const symptom = symptoms.find(({ pattern }) => pattern.test(`${code} ${message}`));
  const hint = code === '' ? '' : ` (${code})`;
  return symptom === undefined
    ? new PmtaError(
        'unreachable',
        node,
        `${url.host} of ${node} cannot be asked${hint}: check the address and the network`
      )
    : new PmtaError(symptom.code, node, `${symptom.explain(node, url.host)}${hint}`);
}

/** Code and message; with several addresses for a name, Node wraps one error for each into an AggregateError. */
function describe(error: unknown): { code: string; message: string } {
  const first: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const code = first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : '';
  return { code, message: first instanceof Error ? first.message : '' };
}

/** The error for an HTTP status that is neither a success nor a redirect. */
export function statusFailure(node: string, path: string, status: number, withApiKey: boolean): PmtaError {
  const fail = (code: PmtaErrorCode, what: string) => new PmtaError(code, node, `${node} ${what}`, status);
  if (status === 403 && withApiKey) {
    return fail('forbidden', `refused the API key (HTTP 403): compare it with http-api-key in PMTA's configuration`);
  }
  if (status === 403 && (path === '/logs' || path === '/getFile')) {
    return fail(
      'forbidden',
      `refused ${path} (HTTP 403): an access level that ends in \`,deny-logs\` takes the files away; write ` +
        "`http-access <address of Grafana> monitor` in PMTA's configuration, or set an API key"
    );
  }
  if (status === 403) {
    return fail(
      'forbidden',
      "refused (HTTP 403): add `http-access <address of Grafana> monitor` to PMTA's configuration, or set an API key"
    );
  }
  if (status === 401 || status === 407) {
    return fail(
      'forbidden',
      `asks for a login (HTTP ${status}), which PMTA never does: address PMTA itself, not the proxy`
    );
  }
  if (status === 404) {
    return fail('not-found', `has no ${path} (HTTP 404): check that its address is the one of PMTA's HTTP monitor`);
  }
  if (status >= 500) {
    return fail(
      'http',
      `could not answer ${path} (HTTP ${status}): see pmtahttp.log on the PMTA host, or the proxy before it`
    );
  }
  return fail('http', `answered ${path} with HTTP ${status}: check that its address is the one of PMTA's HTTP monitor`);
}

/** A file that `/logs` listed is not there when it is asked for. */
export function fileMissing(node: string, name: string): PmtaError {
  return new PmtaError(
    'not-found',
    node,
    `${node} has no file ${quote(name)} any more (HTTP 404): it was moved, compressed or deleted since it was listed; ` +
      'where PMTA deletes files too early, raise delete-after of that acct-file',
    404
  );
}

/** A web page came where data was asked for. */
export function webPage(node: string, path: string): PmtaError {
  return new PmtaError(
    'html',
    node,
    `${node} answered ${path} with a web page instead of data: check that its address is the one of PMTA's HTTP monitor ` +
      '(http-mgmt-port) and not of a login page or proxy before it'
  );
}

/** An answer larger than is read. */
export function tooLarge(node: string, maxBytes: number): PmtaError {
  return new PmtaError(
    'too-large',
    node,
    `answer of ${node} is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB: lower http-default-max-items in PMTA's configuration`
  );
}
