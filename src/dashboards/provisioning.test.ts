import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { defaultNode, defaultSettings } from '../../pkg/settings/model.ts';
import { filesProblem, nameProblem, urlProblem } from '../config/validation';
import pluginJson from '../plugin.json';
import { problemsOf } from '../testing/checkQuery';
import { type PmtaQuery } from '../types';
import overview from './overview.json';

interface RuleQuery {
  refId: string;
  queryType?: string;
  datasourceUid: string;
  relativeTimeRange: { from: number; to: number };
  model: PmtaQuery & { expression?: string };
}

interface Rule {
  uid: string;
  title: string;
  condition: string;
  data: RuleQuery[];
  noDataState: string;
  execErrState: string;
  dashboardUid: string;
  panelId: number;
  annotations: { summary: string; description: string };
}

function read(file: string) {
  return parse(readFileSync(join(__dirname, '../../provisioning', file), 'utf8'));
}

const dataSource = read('datasources/pmta.yaml').datasources[0];
const rules: Rule[] = read('alerting/pmta.yaml').groups.flatMap((group: { rules: Rule[] }) => group.rules);

describe('the provisioned data source', () => {
  it('is of this plugin, under the uid that dashboards and rules name', () => {
    expect(dataSource).toMatchObject({ uid: 'pmta', type: pluginJson.id, access: 'proxy' });
  });

  it('has settings that the config editor would take, and no others', () => {
    expect(Object.keys(dataSource.jsonData).filter((key) => !(key in defaultSettings))).toEqual([]);
    const { nodes } = dataSource.jsonData;
    expect(nodes).toHaveLength(2);
    for (const [index, node] of nodes.entries()) {
      const others = nodes.filter((_: unknown, position: number) => position !== index);
      expect(Object.keys(node).filter((key) => !(key in defaultNode))).toEqual([]);
      expect(
        nameProblem(
          node.name,
          others.map(({ name }: { name: string }) => name)
        )
      ).toBeUndefined();
      expect(urlProblem(node.url)).toBeUndefined();
      expect(filesProblem(node.accounting?.files ?? [])).toBeUndefined();
    }
  });

  it('takes the API keys of its nodes from the environment', () => {
    expect(dataSource.secureJsonData).toEqual({ 'apiKey.mta1': '$PMTA_API_KEY' });
  });
});

describe('the provisioned dashboards', () => {
  it('lie where the provider looks for them', () => {
    expect(read('dashboards/pmta.yaml').providers[0].options.path).toMatch(/provisioning\/dashboards\/pmta$/);
  });
});

describe('the provisioned alert rules', () => {
  it('have fixed uids', () => {
    expect(rules.map(({ uid, title }) => [uid, title])).toEqual([
      ['pmta-queue-growing', 'PMTA queue growing'],
      ['pmta-deferral-rate', 'PMTA deferral rate'],
    ]);
  });

  describe.each(rules.map((rule) => [rule.title, rule] as const))('%s', (_, rule) => {
    const queries = rule.data.filter(({ datasourceUid }) => datasourceUid !== '__expr__');

    it('asks the provisioned data source what the query model knows', () => {
      expect(queries.map(({ datasourceUid }) => datasourceUid)).toEqual(queries.map(() => dataSource.uid));
      expect(queries.flatMap(({ model }) => problemsOf(model))).toEqual([]);
    });

    it('says the same refId and query type outside and inside the model', () => {
      expect(rule.data.filter(({ refId, model }) => refId !== model.refId)).toEqual([]);
      expect(queries.filter(({ queryType, model }) => queryType !== model.queryType)).toEqual([]);
    });

    it('refers in its expressions, condition and texts to what there is', () => {
      const refIds = rule.data.map(({ refId }) => refId);
      const used = rule.data.flatMap(({ model: { expression = '' } }) =>
        expression.includes('$') ? [...expression.matchAll(/\$(\w)/g)].map(([, refId]) => refId) : expression || []
      );
      const texts = Object.values(rule.annotations).join(' ');
      const values = [...texts.matchAll(/\$values\.(\w+)/g)].map(([, refId]) => refId);
      expect([rule.condition, ...used, ...values].filter((refId) => !refIds.includes(String(refId)))).toEqual([]);
      expect(used.length).toBeGreaterThan(0);
    });

    it('names the labels that its queries group by', () => {
      const labels = [...JSON.stringify(rule.annotations).matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
      expect(labels.length).toBeGreaterThan(0);
      expect(new Set(labels)).toEqual(new Set(queries.flatMap(({ model }) => model.groupBy ?? [])));
    });

    it('leads to a panel that asks the same', () => {
      const panel = overview.panels.find(({ id }) => id === rule.panelId);
      expect(rule.dashboardUid).toBe(overview.uid);
      expect(panel?.targets[0]).toMatchObject({
        queryType: queries[0]?.model.queryType,
        groupBy: queries[0]?.model.groupBy,
      });
    });
  });

  it('compares the queue with an equally long window an hour earlier', () => {
    const [now, before] = rules[0]?.data ?? [];
    expect(before?.relativeTimeRange).toEqual({
      from: Number(now?.relativeTimeRange.from) + 3600,
      to: Number(now?.relativeTimeRange.to) + 3600,
    });
  });
});
