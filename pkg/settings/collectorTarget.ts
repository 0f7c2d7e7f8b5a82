import type { CollectorTarget } from './collectorModel.ts';
import { FieldError, flag, isHttpUrl, section, text } from './fields.ts';
import { defaultClickHouse } from './model.ts';
import { type ReadSecret, secretFile } from './secretFile.ts';

/** Reads `target`: exactly one of `grafana` and `clickhouse`. Throws FieldError. */
export function collectorTarget(value: unknown, readSecret: ReadSecret): CollectorTarget {
  const fields = section('target', value, ['grafana', 'clickhouse']);
  const given = Object.keys(fields).filter((kind) => fields[kind] !== null);
  if (given.length !== 1) {
    throw new FieldError('target must have one of grafana and clickhouse');
  }
  return given[0] === 'grafana' ? grafana(fields.grafana, readSecret) : clickhouse(fields.clickhouse, readSecret);
}

function grafana(value: unknown, readSecret: ReadSecret): CollectorTarget {
  const where = 'target.grafana';
  const fields = section(where, value, ['url', 'dataSource', 'tokenFile']);
  return {
    kind: 'grafana',
    url: targetUrl(`${where}.url`, fields.url),
    dataSource: name(`${where}.dataSource`, fields.dataSource ?? '', /^[\w-]{1,40}$/, 'the UID of the data source'),
    token: headerText(`${where}.tokenFile`, secretFile(`${where}.tokenFile`, fields.tokenFile ?? '', readSecret)),
  };
}

function clickhouse(value: unknown, readSecret: ReadSecret): CollectorTarget {
  const where = 'target.clickhouse';
  const fields = section(where, value, [
    'url',
    'database',
    'username',
    'passwordFile',
    'cluster',
    'tlsCaCert',
    'tlsSkipVerify',
  ]);
  // SQL names the database and the cluster without quotes.
  const plain = /^[A-Za-z_]\w{0,62}$/;
  const cluster = fields.cluster ?? '';
  return {
    kind: 'clickhouse',
    store: {
      ...defaultClickHouse,
      url: targetUrl(`${where}.url`, fields.url),
      database: name(`${where}.database`, fields.database ?? 'pmta', plain, 'letters, digits and "_"'),
      username: text(`${where}.username`, fields.username ?? 'pmta'),
      cluster: cluster === '' ? '' : name(`${where}.cluster`, cluster, plain, 'letters, digits and "_", or empty'),
      tlsCaCert: text(`${where}.tlsCaCert`, fields.tlsCaCert ?? ''),
      tlsSkipVerify: flag(`${where}.tlsSkipVerify`, fields.tlsSkipVerify ?? false),
    },
    password:
      (fields.passwordFile ?? '') === '' ? '' : secretFile(`${where}.passwordFile`, fields.passwordFile, readSecret),
  };
}

/** What is no header would be refused by the HTTP client, in an error that quotes it. */
function headerText(where: string, secret: string): string {
  if (!/^[\x21-\x7e]+$/.test(secret)) {
    throw new FieldError(`${where} must hold the token alone, in one line without blanks`);
  }
  return secret;
}

/** The address itself is never shown: one that is refused may hold a password. */
function targetUrl(where: string, value: unknown): string {
  const url = text(where, value ?? '').trim();
  if (!isHttpUrl(url)) {
    throw new FieldError(`${where} must begin with http:// or https://`);
  }
  const { username, password } = new URL(url);
  if (username || password) {
    throw new FieldError(
      `${where} must not hold a user or password: put the secret into the file that has its own field`
    );
  }
  return url;
}

function name(where: string, value: unknown, pattern: RegExp, expected: string): string {
  const given = text(where, value);
  if (!pattern.test(given)) {
    throw new FieldError(`${where} must be ${expected}, got ${JSON.stringify(given)}`);
  }
  return given;
}
