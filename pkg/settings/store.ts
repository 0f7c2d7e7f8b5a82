import { databaseProblem, urlProblem } from '../store/server/address.ts';
import { FieldError, record, text } from './fields.ts';
import { defaultClickHouse, type StoreSettings } from './model.ts';

/** Reads where records are stored, filling in defaults. Throws FieldError. */
export function storeSettings(value: unknown): StoreSettings {
  const fields = record(value);
  if (fields.kind === 'embedded') {
    return { kind: 'embedded' };
  }
  if (fields.kind !== 'clickhouse') {
    throw new FieldError(`store.kind must be embedded or clickhouse, got ${JSON.stringify(fields.kind)}`);
  }
  const read = (name: keyof typeof defaultClickHouse) =>
    text(`store.${name}`, fields[name] ?? defaultClickHouse[name]).trim();
  const url = read('url');
  const problem = urlProblem(url);
  if (problem) {
    // Not the address itself: it may hold a password.
    throw new FieldError(`store.url ${problem}`);
  }
  return {
    kind: 'clickhouse',
    url,
    database: name('store.database', read('database')),
    username: read('username'),
    cluster: read('cluster') === '' ? '' : name('store.cluster', read('cluster')),
    queryUsername: read('queryUsername'),
    tlsSkipVerify: fields.tlsSkipVerify === true,
    tlsCaCert: read('tlsCaCert'),
  };
}

/** Databases and clusters are written into SQL as they are. */
function name(where: string, value: string): string {
  const problem = databaseProblem(value);
  if (problem) {
    throw new FieldError(`${where} ${problem}, got ${JSON.stringify(value)}`);
  }
  return value;
}
