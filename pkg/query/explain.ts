import type { Notice } from '../frames/frame.ts';
import { numbers, strings } from '../store/arrow.ts';
import type { QueryContext } from './context.ts';
import { measureSql } from './measures.ts';
import type { Measure } from './model.ts';

export interface Explanation {
  /** Whether the store holds records that the measure counts, at whatever time: then nothing means 0. */
  recorded: boolean;
  notices: Notice[];
}

/** Why a measure found no record: nothing stored at all, none of its types, or none in this range. */
export async function explainNoRecords(measure: Measure, context: QueryContext): Promise<Explanation> {
  const result = await context.select({
    sql: `SELECT type, toFloat64(min(toUnixTimestamp(time))) * 1000 AS first FROM ${context.table('events')} GROUP BY type`,
    params: {},
  });
  const types = Array.from(strings(result, 'type'));
  const { needs } = measureSql[measure];
  if (types.length === 0) {
    return {
      recorded: false,
      notices: [
        notice(
          context.lagBytes > 0
            ? `The accounting files are being read: ${Math.ceil(context.lagBytes / 1e6)} MB are left.`
            : 'No accounting records are stored yet: name the accounting files in the data source settings and press "Save & test".'
        ),
      ],
    };
  }
  const missing = needs.filter((type) => !types.includes(type));
  const optional = missing.filter((type) => type !== 'd' && type !== 'b');
  if (optional.length > 0) {
    return { recorded: false, notices: [notice(missingTypes(optional))] };
  }
  const first = Math.min(...Array.from(numbers(result, 'first'), (value) => value ?? Infinity));
  const notices =
    context.range.toMs <= first ? [notice(`The stored accounting begins ${new Date(first).toISOString()}.`)] : [];
  return { recorded: context.range.toMs > first, notices };
}

/** What to do about record types that PMTA does not write by default. */
export function missingTypes(types: readonly string[]): string {
  return `No ${types.map((type) => `\`${type}\``).join(' or ')} records are stored: PMTA writes them only when its acct-file says so; add \`records d,b,t,tq\` and reload.`;
}

function notice(text: string): Notice {
  return { severity: 'info', text };
}
