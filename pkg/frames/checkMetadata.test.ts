import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metadataProblem, metaProblem } from './checkMetadata.ts';

test('labels and config that Grafana decodes pass', () => {
  assert.equal(metadataProblem({}), undefined);
  assert.equal(metadataProblem({ labels: {}, config: {} }), undefined);
  assert.equal(
    metadataProblem({ labels: { host: 'mta1', '': '' }, config: { unit: undefined, decimals: 0 } }),
    undefined
  );
});

const configProblems: Array<[config: unknown, problem: string]> = [
  [null, 'config must be an object'],
  [{ decimals: 1.5 }, 'config.decimals must be a whole number of 0–65535'],
  [{ decimals: 65536 }, 'config.decimals must be a whole number of 0–65535'],
  [{ decimals: -1 }, 'config.decimals must be a whole number of 0–65535'],
  [{ unit: 5 }, 'config.unit must be a string'],
  [{ filterable: 'yes' }, 'config.filterable must be true or false'],
  [{ min: '0' }, 'config.min must be a finite number'],
  [{ max: Infinity }, 'config.max must be a finite number'],
  [{ custom: [] }, 'config.custom must be an object'],
  [{ custom: { size: 5n } }, 'config.custom must be a JSON value: it holds a bigint or refers to itself'],
  [{ links: {} }, 'config.links must be an array'],
  [
    {
      links: [
        { title: 'a', url: 'b' },
        { title: 'a', url: 5 },
      ],
    },
    'config.links[1].url must be a string',
  ],
  [{ links: [{ internal: { datasourceUid: 5 } }] }, 'config.links[0].internal.datasourceUid must be a string'],
  [{ mappings: [5] }, 'config.mappings[0] must be an object'],
  [{ mappings: [{ type: 'regex', options: {} }] }, 'config.mappings[0].type must be one of value, range, special'],
  [{ mappings: [{ type: 'value' }] }, 'config.mappings[0].options must be an object'],
  [
    { mappings: [{ type: 'value', options: { a: { text: 5 } } }] },
    'config.mappings[0].options.a.text must be a string',
  ],
  [{ mappings: [{ type: 'range', options: { from: 1 } }] }, 'config.mappings[0].options.result is missing'],
  [{ thresholds: { mode: 'absolute' } }, 'config.thresholds.steps is missing'],
  [
    { thresholds: { mode: 'absolute', steps: [{ value: -Infinity, color: 'red' }] } },
    'config.thresholds.steps[0].value must be a finite number',
  ],
  [{ type: { enum: { text: ['a', 1] } } }, 'config.type.enum.text[1] must be a string'],
  [{ searchable: true }, 'config.searchable is unknown to Grafana, which drops it: use custom'],
  [{ constructor: 1 }, 'config.constructor is unknown to Grafana, which drops it: use custom'],
];

for (const [config, problem] of configProblems) {
  test(`refuses a field where ${problem}`, () => assert.equal(metadataProblem({ config }), problem));
}

test('a label that is not a string is refused: it would fail the answers to all queries', () => {
  assert.equal(metadataProblem({ labels: { code: 550 } }), 'labels.code must be a string');
  assert.equal(metadataProblem({ labels: { host: null } }), 'labels.host must be a string');
  assert.equal(metadataProblem({ labels: ['a'] }), 'labels must be an object');
});

const metaProblems: Array<[meta: unknown, problem: string]> = [
  [{ type: 'timeseries-many' }, 'meta.type must be one of '],
  [{ typeVersion: '0.1' }, 'meta.typeVersion must be two whole numbers'],
  [{ typeVersion: [0, 1, 0] }, 'meta.typeVersion must be two whole numbers'],
  [{ typeVersion: [0, 0.1] }, 'meta.typeVersion[1] must be a whole number'],
  [{ notices: [{ severity: 'fatal', text: 'x' }] }, 'meta.notices[0].severity must be one of info, warning, error'],
  [{ notices: [{ severity: 'info' }] }, 'meta.notices[0].text is missing'],
  // Checked with Grafana's decoder: "cannot unmarshal string into … Notice.notices.inspect".
  [{ notices: [{ severity: 'info', text: 'x', inspect: 'meta' }] }, 'meta.notices[0].inspect is unknown to Grafana'],
  [{ stats: [{ displayName: 'rows', value: NaN }] }, 'meta.stats[0].value must be a finite number'],
  [{ executedQueryString: ['SELECT 1'] }, 'meta.executedQueryString must be a string'],
  [{ preferredVisualisationType: 'trace' }, 'meta.preferredVisualisationType must be one of graph, table, logs'],
  [{ uniqueRowIdFields: [0.5] }, 'meta.uniqueRowIdFields[0] must be a whole number'],
  [{ custom: () => 1 }, 'meta.custom must be a JSON value'],
  [{ searchWords: ['a'] }, 'meta.searchWords is unknown to Grafana, which drops it: use custom'],
];

for (const [meta, problem] of metaProblems) {
  test(`refuses a frame where ${problem}`, () => assert.ok(metaProblem({ meta })?.startsWith(problem)));
}

test('a meta that refers to itself is refused, not an endless loop', () => {
  const custom: Record<string, unknown> = {};
  custom.self = custom;
  assert.match(metaProblem({ meta: { custom } }) ?? '', /refers to itself/);
});
