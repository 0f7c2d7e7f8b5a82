import type { IncomingMessage } from 'node:http';

import { Exception } from './exception.ts';

/** A user of the server: the embedded engine knows none, so what each may do is decided here. */
export interface User {
  password: string;
  may: 'everything' | 'insert and select' | 'select';
  /** `readonly` of the user's settings profile. */
  readonly?: 1 | 2;
}

export const users: Record<string, User> = {
  pmta: { password: 'secret', may: 'everything' },
  inserter: { password: 'insert secret', may: 'insert and select' },
  reader: { password: 'read secret', may: 'select' },
  profiled: { password: 'profile secret', may: 'select', readonly: 1 },
};

/** The user that a request names, by HTTP's basic authentication or by ClickHouse's own headers. */
export function authenticate(request: IncomingMessage): User {
  const { authorization = '' } = request.headers;
  const basic = /^Basic (.+)$/.exec(authorization)?.[1];
  const [, name, password] = /^([^:]*):([^]*)$/.exec(Buffer.from(basic ?? '', 'base64').toString()) ?? [
    '',
    String(request.headers['x-clickhouse-user'] ?? 'default'),
    String(request.headers['x-clickhouse-key'] ?? ''),
  ];
  const user = users[name ?? ''];
  if (!user || user.password !== password) {
    throw new Exception(
      516,
      'AUTHENTICATION_FAILED',
      `${name}: Authentication failed: password is incorrect, or there is no user with such name.`
    );
  }
  return user;
}

const rights: Record<User['may'], RegExp> = {
  everything: /^/,
  'insert and select': /^(SELECT|WITH|EXPLAIN|INSERT)\b/i,
  select: /^(SELECT|WITH|EXPLAIN)\b/i,
};

/** Throws what ClickHouse does where the user has no grant for the statement. */
export function authorize(user: User, sql: string): void {
  if (!rights[user.may].test(sql.trimStart())) {
    const right = /^\s*(\w+ ?\w*)/.exec(sql)?.[1] ?? '';
    throw new Exception(
      497,
      'ACCESS_DENIED',
      `Not enough privileges. To execute this query, it's necessary to have the grant ${right} ON *.*.`
    );
  }
}
