import { ClickHouseError } from '@clickhouse/client';

import { firstLine, isDataCode, StoreError, type StoreErrorCode, toStoreError } from '../errors.ts';

/**
 * Turns what the client threw into a StoreError that says what to do next; idempotent. No message holds a password: the
 * client sends it in a header, which no error repeats.
 *
 * @param address of the server, without credentials
 * @param purpose a `change` is refused as 'query' only where its data is at fault, because the caller then gives up on
 * the data; everything else is a state of the server and passes
 */
export function serverError(error: unknown, address: string, purpose: 'query' | 'change'): StoreError {
  if (error instanceof StoreError) {
    return error;
  }
  if (error instanceof ClickHouseError) {
    return refusal(error, purpose);
  }
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', message: '' };
  if (isTlsCode(code ?? '')) {
    return new StoreError(
      'tls',
      `The certificate of ${address} is not trusted (${firstLine(message)}): enter the certificate of its authority ` +
        'under Store, and use the host name that the certificate holds.',
      error
    );
  }
  if (message.includes('aborted') || code) {
    return new StoreError(
      'unreachable',
      `ClickHouse at ${address} cannot be reached (${code || firstLine(message)}): check that it runs, the URL, and ` +
        'firewalls in between. It is used again as soon as it answers.',
      error
    );
  }
  if (message === 'Timeout error.') {
    return new StoreError('unreachable', `ClickHouse at ${address} has stopped answering: look at its load.`, error);
  }
  return notClickHouse(address, message, error);
}

/** Something answers, but not ClickHouse's HTTP interface. */
export function notClickHouse(address: string, answer: string, cause?: unknown): StoreError {
  return new StoreError(
    'unreachable',
    `What answers at ${address} is not ClickHouse's HTTP interface (port 8123, or 8443 with TLS): "${firstLine(answer)}"`,
    cause
  );
}

/** Codes of ClickHouse's `ErrorCodes.cpp` that only a server has, or that mean something else there. */
const refusals: Array<{ codes: readonly number[]; is: StoreErrorCode; text: (words: string) => string }> = [
  {
    codes: [192, 193, 194, 195, 516],
    is: 'denied',
    text: () =>
      'ClickHouse does not accept the user: check its name and password under Store, and that it may connect from this host.',
  },
  {
    codes: [291, 497],
    is: 'denied',
    text: (words) => `ClickHouse refused: ${words}`,
  },
  {
    codes: [164],
    is: 'denied',
    text: (words) =>
      `ClickHouse refused: ${words} Take \`readonly\` out of the user's settings profile: queries are made read-only ` +
      'and bounded here, and grants are the way to take away the rest.',
  },
  {
    codes: [242],
    is: 'read-only',
    text: () =>
      'A table of the store is read-only because the server has lost its ClickHouse Keeper: see system.replicas there. ' +
      'Writing goes on by itself.',
  },
  {
    codes: [243],
    is: 'disk-full',
    text: () => 'The disk of the ClickHouse server is full: free space there. Writing goes on by itself.',
  },
  {
    codes: [252],
    is: 'too-many-parts',
    text: () =>
      'ClickHouse cannot merge as fast as parts come in: see system.merges and the load of its disks. Writing goes on by itself.',
  },
  {
    codes: [115, 139, 170, 452, 701],
    is: 'unavailable',
    text: (words) =>
      `ClickHouse cannot serve as the store as it is configured: ${words} Check its version, its macros and the cluster's ` +
      'name (system.clusters).',
  },
  {
    codes: [3, 198, 201, 202, 209, 210, 225, 236, 279, 285, 286, 289, 319, 745, 999],
    is: 'unavailable',
    text: (words) => `ClickHouse cannot do this now: ${words}`,
  },
];

function refusal(error: ClickHouseError, purpose: 'query' | 'change'): StoreError {
  const code = Number(error.code);
  const words = firstLine(error.message).trim();
  const known = refusals.find(({ codes }) => codes.includes(code));
  if (known) {
    return new StoreError(known.is, known.text(words), error);
  }
  if (purpose === 'change' && code === 159) {
    return new StoreError('timeout', `ClickHouse ran out of time: ${words}`, error);
  }
  // The client takes the code from the message, where the common list looks for it.
  const common = toStoreError(new Error(`Code: ${code}. DB::Exception: ${words}`, { cause: error }));
  if (common.code !== 'query') {
    return new StoreError(common.code, common.message, error);
  }
  return purpose === 'query' || isDataCode(code)
    ? new StoreError('query', `The store refused the query: ${words}`, error)
    : new StoreError('unavailable', `ClickHouse refused: ${words}`, error);
}

/** Codes of Node's TLS are words of OpenSSL, such as `CERT_HAS_EXPIRED`. */
function isTlsCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH|INVALID_CA/.test(code);
}
