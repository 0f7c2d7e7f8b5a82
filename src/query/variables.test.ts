import { type AdHocVariableFilter } from '@grafana/data';

import { type PmtaQuery } from '../types';
import { type FormatVariable, hasVariables, interpolateQuery, type Replace } from './variables';

interface Variable {
  value: string | string[];
  multi?: boolean;
  includeAll?: boolean;
}

/** Replaces `$name` and `${name:format}` as Grafana does: a format in the text beats the one that the caller asks for. */
function replacer(variables: Record<string, Variable>): Replace {
  return (text: string, format?: FormatVariable) =>
    text.replace(/\$(\w+)|\$\{(\w+)(:csv)?\}/g, (match, plain: string, braced: string, csv: string) => {
      const variable = variables[plain ?? braced];
      if (!variable) {
        return match;
      }
      if (csv || !format) {
        return [variable.value].flat().join(',');
      }
      return format(variable.value, variable);
    });
}

const replace = replacer({
  domain: { value: ['gmail.com', 'example.com'], multi: true },
  one: { value: ['gmail.com'], multi: true },
  none: { value: [], multi: true },
  region: { value: ['eu', 'us'], multi: true },
  comma: { value: ['a,b', 'c$&d'], multi: true },
  text: { value: 'mta[12]' },
  measure: { value: 'bounced' },
  metric: { value: 'queue.kilobytes' },
  groups: { value: ['provider', 'vmta'], multi: true },
});

function query(fields: Partial<PmtaQuery>): PmtaQuery {
  return { refId: 'A', queryType: 'events', ...fields };
}

function filtersOf(filters: PmtaQuery['filters'], adHoc?: AdHocVariableFilter[], type = 'events') {
  return interpolateQuery(query({ queryType: type, filters }), replace, adHoc).filters;
}

describe('interpolateQuery', () => {
  it('replaces variables in every text of the query', () => {
    expect(
      interpolateQuery(
        query({ measure: '$measure', metric: '$metric', search: 'from $text', resource: '$x', groupBy: ['$groups'] }),
        replace
      )
    ).toMatchObject({
      measure: 'bounced',
      metric: 'queue.kilobytes',
      search: 'from mta[12]',
      resource: '$x',
      groupBy: ['provider', 'vmta'],
    });
  });

  it('adds no field that the query does not have', () => {
    expect(interpolateQuery(query({ measure: 'bounced' }), replace)).toEqual(
      query({ measure: 'bounced', filters: [] })
    );
  });

  it.each([
    ['=', '=|'],
    ['!=', '!=|'],
    ['=|', '=|'],
    ['!=|', '!=|'],
  ] as const)('makes %s of a variable with several values %s', (operator, expected) => {
    expect(filtersOf([{ key: 'recipient_domain', operator, values: ['$domain'] }])).toEqual([
      { key: 'recipient_domain', operator: expected, values: ['gmail.com', 'example.com'] },
    ]);
  });

  it('leaves = as it is where the variable has one value', () => {
    expect(filtersOf([{ key: 'recipient_domain', operator: '=', values: ['$one'] }])).toEqual([
      { key: 'recipient_domain', operator: '=', values: ['gmail.com'] },
    ]);
  });

  it('expands variables inside a text, each with each', () => {
    expect(filtersOf([{ key: 'mx', operator: '=|', values: ['mx-$region.$domain', 'fixed'] }])?.[0]?.values).toEqual([
      'mx-eu.gmail.com',
      'mx-eu.example.com',
      'mx-us.gmail.com',
      'mx-us.example.com',
      'fixed',
    ]);
  });

  it('keeps a value whole that holds a comma or looks like a replacement pattern', () => {
    expect(filtersOf([{ key: 'user', operator: '=|', values: ['$comma'] }])?.[0]?.values).toEqual(['a,b', 'c$&d']);
  });

  it('lets a format in the text win', () => {
    expect(filtersOf([{ key: 'user', operator: '=', values: ['${domain:csv}'] }])?.[0]?.values).toEqual([
      'gmail.com,example.com',
    ]);
  });

  it('escapes choices in patterns, but not patterns from a text box', () => {
    expect(
      filtersOf([
        { key: 'recipient_domain', operator: '=~', values: ['^$domain$'] },
        { key: 'node', operator: '!~', values: ['^$text'] },
      ])
    ).toEqual([
      { key: 'recipient_domain', operator: '=~', values: ['^(gmail\\.com|example\\.com)$'] },
      { key: 'node', operator: '!~', values: ['^mta[12]'] },
    ]);
  });

  it('leaves out filters that are not complete', () => {
    expect(
      filtersOf([
        { key: '', operator: '=', values: ['x'] },
        { key: 'vmta', operator: '=', values: [] },
        { key: 'vmta', operator: '=', values: ['$none'] },
      ])
    ).toEqual([]);
  });

  it('keeps an empty value, which is clear text for tls_protocol', () => {
    expect(filtersOf([{ key: 'tls_protocol', operator: '=', values: [''] }])).toHaveLength(1);
  });

  it('does not change the query that it was given', () => {
    const given = query({ filters: [{ key: 'mx', operator: '=', values: ['$domain'] }] });
    const before = JSON.stringify(given);
    interpolateQuery(given, replace);
    expect(JSON.stringify(given)).toBe(before);
  });
});

describe('ad hoc filters', () => {
  it('takes every operator of ours and leaves out others', () => {
    const operators = ['=', '!=', '=|', '!=|', '=~', '!~', '<', '>', '<=', 'contains'];
    const adHoc = operators.map((operator) => ({ key: 'vmta', operator, value: 'a' }));
    expect(filtersOf([], adHoc)?.map(({ operator }) => operator)).toEqual(operators.slice(0, 8));
  });

  it('takes several values, and the single one where there are none', () => {
    expect(
      filtersOf(
        [{ key: 'node', operator: '=', values: ['mta1'] }],
        [
          { key: 'vmta', operator: '=|', value: 'a', values: ['a', 'b'] },
          { key: 'mx', operator: '=', value: '$domain', values: [] },
        ]
      )
    ).toEqual([
      { key: 'node', operator: '=', values: ['mta1'] },
      { key: 'vmta', operator: '=|', values: ['a', 'b'] },
      { key: 'mx', operator: '=', values: ['$domain'] },
    ]);
  });

  it('leaves out what the rows of the query do not have', () => {
    const adHoc = ['node', 'recipient_domain', 'provider', 'extra.header_x-job'].map((key) => ({
      key,
      operator: '=',
      value: 'x',
    }));
    const keys = (fields: Partial<PmtaQuery>) =>
      interpolateQuery(query(fields), replace, adHoc).filters?.map(({ key }) => key);

    expect(keys({ queryType: 'events' })).toEqual(['node', 'recipient_domain', 'provider', 'extra.header_x-job']);
    expect(keys({ queryType: 'logs' })).toEqual(['node', 'recipient_domain', 'provider', 'extra.header_x-job']);
    expect(keys({ queryType: 'history', metric: 'queue.recipients' })).toEqual(['node', 'recipient_domain']);
    expect(keys({ queryType: 'history', metric: '$metric' })).toEqual(['node', 'recipient_domain']);
    expect(keys({ queryType: 'history', metric: 'traffic.in.recipients' })).toEqual(['node']);
    expect(keys({ queryType: 'live', resource: 'domains' })).toEqual(['node', 'recipient_domain']);
    expect(keys({ queryType: 'live', resource: 'status' })).toEqual(['node']);
  });
});

describe('hasVariables', () => {
  it.each<[string, Partial<PmtaQuery>, boolean]>([
    ['nothing', {}, false],
    ['a variable as measure', { measure: '$m' }, true],
    ['a variable in a filter value', { filters: [{ key: 'mx', operator: '=', values: ['a${mx}'] }] }, true],
    ['a variable in a filter key', { filters: [{ key: '[[key]]', operator: '=', values: ['a'] }] }, true],
    ['a variable to group by', { groupBy: ['$by'] }, true],
    ['the end of a pattern', { filters: [{ key: 'mx', operator: '=~', values: ['\\.com$'] }] }, false],
  ])('finds %s', (_name, fields, expected) => {
    expect(hasVariables(query(fields))).toBe(expected);
  });
});
