import { CoreApp } from '@grafana/data';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event';
import React, { useState } from 'react';

import { lastHour, makeDataSource } from '../testing/dataSource';
import { testIds } from '../testIds';
import { type PmtaQuery } from '../types';
import { QueryEditor } from './QueryEditor';

const ids = testIds.query;

// Whether a click would get through is a question of style too.
const user = userEvent.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never });

interface Setup {
  query: Partial<PmtaQuery>;
  app?: CoreApp;
  resources?: Record<string, unknown>;
}

const stored = {
  dimensions: [{ name: 'extra.header_x-job' }],
  values: ['gmail.com', 'example.com'],
};

/** A panel editor: keeps what the editor hands back, and counts how often it asks for a run. */
async function renderEditor({ query, app = CoreApp.PanelEditor, resources = stored }: Setup) {
  const { dataSource, requests } = makeDataSource(resources, { domain: ['example.net'] });
  const state: { query: PmtaQuery; runs: number } = { query: { refId: 'A', ...query }, runs: 0 };
  function Panel() {
    const [current, setCurrent] = useState(state.query);
    return (
      <QueryEditor
        app={app}
        range={lastHour}
        datasource={dataSource}
        query={current}
        onChange={(changed) => {
          state.query = changed;
          setCurrent(changed);
        }}
        onRunQuery={() => {
          state.runs += 1;
        }}
      />
    );
  }
  render(<Panel />);
  // The dimensions arrive after the first drawing.
  await act(async () => undefined);
  return { state, requests };
}

/** By its label; by its accessible name takes seconds, since jsdom computes the style of every node for that. */
function findOption(label: string) {
  return screen.findByText(label, { selector: '[role="option"] *' });
}

async function choose(control: HTMLElement, ...options: string[]) {
  await user.click(control);
  for (const option of options) {
    await user.click(await findOption(option));
  }
}

describe('QueryEditor', () => {
  it.each<[string, Array<keyof typeof ids>]>([
    ['events', ['measure', 'groupBy', 'format', 'limit', 'addFilter']],
    ['logs', ['search', 'direction', 'limit', 'addFilter']],
    ['history', ['metric', 'aggregate', 'groupBy', 'format', 'limit', 'addFilter']],
    ['live', ['resource', 'limit', 'addFilter']],
  ])('shows the fields of %s and no others', async (queryType, fields) => {
    await renderEditor({ query: { queryType } });
    const all = Object.keys(ids) as Array<keyof typeof ids>;
    expect(all.filter((name) => screen.queryByTestId(ids[name])).sort()).toEqual(['type', ...fields].sort());
  });

  it('begins an empty query with the default of its place', async () => {
    const { state } = await renderEditor({ query: {}, app: CoreApp.Explore });
    await waitFor(() => expect(state.query).toMatchObject({ refId: 'A', queryType: 'logs', limit: 1000 }));
  });

  it('keeps the filters when the type changes', async () => {
    const filters: PmtaQuery['filters'] = [{ key: 'node', operator: '=', values: ['mta1'] }];
    const { state } = await renderEditor({ query: { queryType: 'events', measure: 'bounced', filters } });
    await user.click(screen.getByLabelText('Logs'));

    expect(state.query).toEqual({ refId: 'A', queryType: 'logs', measure: 'bounced', filters });
    expect(state.runs).toBe(1);
  });

  it('says which group a new type does not know, instead of dropping it', async () => {
    const { state } = await renderEditor({ query: { queryType: 'events', groupBy: ['provider', 'node'] } });
    await user.click(screen.getByLabelText('History'));

    expect(screen.getByText('Remove Provider: not known here.')).toBeInTheDocument();
    expect(state.query.groupBy).toEqual(['provider', 'node']);
  });

  it('changes measure, groups and format', async () => {
    const { state } = await renderEditor({ query: { queryType: 'events' } });
    await choose(screen.getByTestId(ids.measure), 'Deferral rate');
    await choose(screen.getByTestId(ids.groupBy), 'Provider', 'header_x-job');
    await user.click(screen.getByLabelText('Table'));

    expect(state.query).toMatchObject({
      measure: 'deferral_rate',
      groupBy: ['provider', 'extra.header_x-job'],
      format: 'table',
    });
    expect(state.runs).toBe(4);
  });

  it('changes metric and aggregate', async () => {
    const { state } = await renderEditor({ query: { queryType: 'history' } });
    await choose(screen.getByTestId(ids.metric), 'Queues in backoff');
    await choose(screen.getByTestId(ids.aggregate), 'Maximum');
    expect(state.query).toMatchObject({ metric: 'queue.backoff', aggregate: 'max' });
  });

  it('changes the resource', async () => {
    const { state } = await renderEditor({ query: { queryType: 'live' } });
    await choose(screen.getByTestId(ids.resource), 'Jobs');
    expect(state.query.resource).toBe('jobs');
  });

  it('takes a template variable as measure', async () => {
    const { state } = await renderEditor({ query: { queryType: 'events' } });
    await user.type(screen.getByTestId(ids.measure), '$measure');
    await user.click(await findOption('$measure'));
    expect(state.query.measure).toBe('$measure');
  });

  it('searches when the text is complete, not at every key', async () => {
    const { state } = await renderEditor({ query: { queryType: 'logs' } });
    await user.type(screen.getByTestId(ids.search), '5.7.1');
    expect(state.runs).toBe(0);
    await user.keyboard('{Enter}');
    await user.tab();
    expect(state.query.search).toBe('5.7.1');
    expect(state.runs).toBe(1);
  });

  it('refuses a limit that is no whole number', async () => {
    const { state } = await renderEditor({ query: { queryType: 'logs' } });
    const limit = screen.getByTestId(ids.limit);
    expect(limit).toHaveValue('1000');
    await user.clear(limit);
    await user.type(limit, '0{Enter}');
    expect(screen.getByText(/whole number/)).toBeInTheDocument();
    await user.clear(limit);
    await user.type(limit, '50{Enter}');
    expect(state.query.limit).toBe(50);
    expect(state.runs).toBe(1);
  });

  it('names a query type that it does not know', async () => {
    await renderEditor({ query: { queryType: 'sql' } });
    expect(screen.getByText(/does not know the query type "sql"/)).toBeInTheDocument();
  });
});

describe('filters', () => {
  it('are built from stored keys and values, and run once complete', async () => {
    const { state, requests } = await renderEditor({
      query: { queryType: 'events', filters: [{ key: 'node', operator: '=', values: ['mta1'] }] },
    });
    await user.click(screen.getByTestId(ids.addFilter));
    const row = within(screen.getAllByTestId(ids.filter)[1] as HTMLElement);
    await choose(row.getByTestId(ids.filterKey), 'Recipient domain');
    expect(state.runs).toBe(0);

    await choose(row.getByTestId(ids.filterValue), 'gmail.com');
    expect(state.query.filters?.[1]).toEqual({ key: 'recipient_domain', operator: '=', values: ['gmail.com'] });
    expect(state.runs).toBe(1);
    expect(requests.find(({ url }) => url.endsWith('/values'))?.params).toMatchObject({
      key: 'recipient_domain',
      filters: JSON.stringify([{ key: 'node', operator: '=', values: ['mta1'] }]),
      from: lastHour.from.valueOf(),
      to: lastHour.to.valueOf(),
    });
  });

  it('take several values where the operator does, variables of the dashboard among them', async () => {
    const { state } = await renderEditor({
      query: { queryType: 'events', filters: [{ key: 'recipient_domain', operator: '=', values: ['gmail.com'] }] },
    });
    await choose(screen.getByTestId(ids.filterOperator), '=|');
    await choose(screen.getByTestId(ids.filterValue), '$domain');
    expect(state.query.filters).toEqual([
      { key: 'recipient_domain', operator: '=|', values: ['gmail.com', '$domain'] },
    ]);
  });

  it('take a pattern as text, when it is complete', async () => {
    const { state } = await renderEditor({
      query: { queryType: 'logs', filters: [{ key: 'mx', operator: '=~', values: [] }] },
    });
    await user.type(screen.getByLabelText('Pattern (RE2)'), '\\.google\\.com$');
    expect(state.runs).toBe(0);
    await user.tab();
    expect(state.query.filters?.[0]?.values).toEqual(['\\.google\\.com$']);
    expect(state.runs).toBe(1);
  });

  it('forget their values with their key', async () => {
    const { state } = await renderEditor({
      query: { queryType: 'events', filters: [{ key: 'vmta', operator: '=', values: ['bulk'] }] },
    });
    await choose(screen.getByTestId(ids.filterKey), 'Provider');
    expect(state.query.filters).toEqual([{ key: 'provider', operator: '=', values: [] }]);
    // The old condition held, so the answer changes.
    expect(state.runs).toBe(1);
  });

  it('can be removed', async () => {
    const { state } = await renderEditor({
      query: {
        queryType: 'events',
        filters: [
          { key: 'vmta', operator: '=', values: ['bulk'] },
          { key: 'node', operator: '=', values: ['mta1'] },
        ],
      },
    });
    await user.click(screen.getByRole('button', { name: 'Remove filter VMTA' }));
    expect(state.query.filters?.map(({ key }) => key)).toEqual(['node']);
    expect(state.runs).toBe(1);
  });

  it('say which key the query does not have', async () => {
    await renderEditor({
      query: { queryType: 'live', resource: 'jobs', filters: [{ key: 'provider', operator: '=', values: ['google'] }] },
    });
    expect(screen.getByText('Remove it: Provider is not known here.')).toBeInTheDocument();
  });

  it('still offer the known keys when the backend does not answer', async () => {
    await renderEditor({
      query: { queryType: 'events', filters: [{ key: '', operator: '=', values: [] }] },
      resources: {},
    });
    await user.click(screen.getByTestId(ids.filterKey));
    expect(await findOption('Node')).toBeInTheDocument();
  });
});

describe('in an alert rule', () => {
  const app = CoreApp.UnifiedAlerting;

  it('begins with numbers by group, and offers only what can be alerted on', async () => {
    const { state } = await renderEditor({ query: { queryType: '' }, app });
    await waitFor(() => expect(state.query).toMatchObject({ queryType: 'events', format: 'table' }));
    const types = within(screen.getByTestId(ids.type));
    expect(types.getAllByRole('radio').map((radio) => radio.getAttribute('value') ?? '')).toHaveLength(2);
    expect(screen.queryByTestId(ids.alertingHint)).not.toBeInTheDocument();
  });

  it('warns of template variables', async () => {
    await renderEditor({
      app,
      query: { queryType: 'events', filters: [{ key: 'node', operator: '=', values: ['$node'] }] },
    });
    expect(screen.getByText(/do not replace template variables/)).toBeInTheDocument();
  });

  it('warns of log lines', async () => {
    await renderEditor({ app, query: { queryType: 'logs' } });
    expect(screen.getByText('Alert rules need numbers')).toBeInTheDocument();
  });
});
