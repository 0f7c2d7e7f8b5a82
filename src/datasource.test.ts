import { CoreApp, type DataQueryRequest } from '@grafana/data';
import { lastValueFrom } from 'rxjs';

import { lastHour, makeDataSource } from './testing/dataSource';
import { type PmtaQuery } from './types';

describe('DataSource', () => {
  it('sends queries with variables replaced and ad hoc filters added', async () => {
    const { dataSource, requests } = makeDataSource({}, { domain: ['gmail.com', 'example.com'] });
    const target: PmtaQuery = {
      refId: 'A',
      queryType: 'events',
      measure: 'bounced',
      filters: [{ key: 'recipient_domain', operator: '=', values: ['$domain'] }],
    };

    await lastValueFrom(
      dataSource.query({
        targets: [target],
        range: lastHour,
        scopedVars: {},
        filters: [{ key: 'vmta', operator: '!=', value: 'bulk' }],
      } as unknown as DataQueryRequest<PmtaQuery>)
    );

    expect(requests).toHaveLength(1);
    expect(requests[0]?.url).toContain('/api/ds/query');
    expect(requests[0]?.data.queries[0]).toMatchObject({
      refId: 'A',
      queryType: 'events',
      measure: 'bounced',
      filters: [
        { key: 'recipient_domain', operator: '=|', values: ['gmail.com', 'example.com'] },
        { key: 'vmta', operator: '!=', values: ['bulk'] },
      ],
      datasource: { type: 'pmta-datasource', uid: 'pmta' },
    });
  });

  it('fills variables in for Explore and alerting, and names itself as the source', () => {
    const { dataSource } = makeDataSource({}, { job: ['42'] });
    expect(
      dataSource.interpolateVariablesInQueries([{ refId: 'A', queryType: 'logs', search: 'job $job' }], {}, [
        { key: 'node', operator: '=', value: 'mta1' },
      ])
    ).toEqual([
      {
        refId: 'A',
        queryType: 'logs',
        search: 'job 42',
        filters: [{ key: 'node', operator: '=', values: ['mta1'] }],
        datasource: { type: 'pmta-datasource', uid: 'pmta' },
      },
    ]);
  });

  it('runs what somebody began, and lets the backend judge it', () => {
    const { dataSource } = makeDataSource();
    expect(dataSource.filterQuery({ refId: 'A' })).toBe(false);
    expect(dataSource.filterQuery({ refId: 'A', queryType: 'events', hide: true })).toBe(false);
    expect(dataSource.filterQuery({ refId: 'A', queryType: 'nonsense' })).toBe(true);
  });

  it('begins with log lines in Explore and with series in dashboards', () => {
    const { dataSource } = makeDataSource();
    expect(dataSource.getDefaultQuery(CoreApp.Explore).queryType).toBe('logs');
    expect(dataSource.getDefaultQuery(CoreApp.Dashboard)).toMatchObject({ queryType: 'events', format: 'timeseries' });
  });

  it('offers the stored dimensions as keys of ad hoc filters', async () => {
    const { dataSource, requests } = makeDataSource({
      dimensions: [{ name: 'recipient_domain' }, { name: 'extra.header_x-job' }],
    });
    expect(await dataSource.getTagKeys()).toEqual([{ text: 'recipient_domain' }, { text: 'extra.header_x-job' }]);
    expect(requests[0]).toMatchObject({ method: 'GET', url: '/api/datasources/uid/pmta/resources/dimensions' });
  });

  it('bounds the values of ad hoc filters by time range and the other filters', async () => {
    const { dataSource, requests } = makeDataSource({ values: ['gmail.com'] });
    const values = await dataSource.getTagValues({
      key: 'recipient_domain',
      filters: [{ key: 'node', operator: '=|', value: 'mta1', values: ['mta1', 'mta2'] }],
      timeRange: lastHour,
    });

    expect(values).toEqual([{ text: 'gmail.com' }]);
    expect(requests[0]?.params).toEqual({
      key: 'recipient_domain',
      search: '',
      filters: JSON.stringify([{ key: 'node', operator: '=|', values: ['mta1', 'mta2'] }]),
      from: Date.UTC(2026, 3, 1, 13),
      to: Date.UTC(2026, 3, 1, 14),
    });
  });
});
