import type { Measure } from './model.ts';

export interface MeasureSql {
  /** Aggregate over the records of a group; NULL where it has no meaning (a rate of nothing). */
  sql: string;
  /** A count of nothing is 0; a rate of nothing is absent. */
  isRate: boolean;
  /** Record types without which the measure is always empty. */
  needs: readonly string[];
  /** Grafana's unit. */
  unit: string;
}

/** PMTA writes a bounce for each message that an administrator deletes; it says nothing about delivery. */
export const adminDeleteSql = "startsWith(reply, 'x-pmta;deleted by administrator')";

const delivered = "countIf(type = 'd')";
const bounced = `countIf(type = 'b' AND NOT ${adminDeleteSql})`;
const deferred = "countIf(type = 't')";
const attempts = `countIf(type = 'd' OR type = 't' OR (type = 'b' AND NOT ${adminDeleteSql}))`;

function rate(part: string, whole: string): string {
  return `if(${whole} = 0, NULL, ${part} / (${whole}))`;
}

function count(sql: string, needs: readonly string[]): MeasureSql {
  return { sql: `toFloat64(${sql})`, isRate: false, needs, unit: 'short' };
}

function share(sql: string, needs: readonly string[]): MeasureSql {
  return { sql, isRate: true, needs, unit: 'percentunit' };
}

/** Formulas of the measures over `events`; documented for users in docs/queries.md. */
export const measureSql: Readonly<Record<Measure, MeasureSql>> = {
  attempts: count(attempts, ['d', 'b', 't']),
  delivered: count(delivered, ['d']),
  bounced: count(bounced, ['b']),
  deferred: count(deferred, ['t']),
  delivery_rate: share(rate(delivered, `${delivered} + ${bounced}`), ['d', 'b']),
  bounce_rate: share(rate(bounced, `${delivered} + ${bounced}`), ['d', 'b']),
  deferral_rate: share(rate(deferred, attempts), ['d', 'b', 't']),
};
