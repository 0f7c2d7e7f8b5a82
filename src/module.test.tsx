import { type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import React from 'react';

import { DataSource } from './datasource';
import { plugin } from './module';
import pluginJson from './plugin.json';
import { testIds } from './testIds';
import { type PmtaOptions, type PmtaSecrets } from './types';

describe('the plugin', () => {
  it('exports its data source', () => {
    expect(plugin.DataSourceClass).toBe(DataSource);
  });

  it('leaves the health check to the backend', () => {
    expect(Object.getOwnPropertyNames(DataSource.prototype)).not.toContain('testDatasource');
  });

  it('fetches its editors when they are shown', async () => {
    const { ConfigEditor, QueryEditor } = plugin.components;
    expect(QueryEditor).toBeDefined();
    if (!ConfigEditor) {
      throw new Error('no config editor');
    }
    const props = { options: { type: pluginJson.id, jsonData: {} }, onOptionsChange: jest.fn() };
    render(<ConfigEditor {...(props as unknown as DataSourcePluginOptionsEditorProps<PmtaOptions, PmtaSecrets>)} />);
    expect(screen.getByText('Loading…')).toBeInTheDocument();
    expect(await screen.findByTestId(testIds.config.addNode, {}, { timeout: 20_000 })).toBeInTheDocument();
  });

  it('declares what it serves, and nothing more', () => {
    expect(pluginJson).toMatchObject({
      id: 'pmta-datasource',
      executable: 'gpx_pmta',
      backend: true,
      alerting: true,
      logs: true,
      metrics: true,
      multiValueFilterOperators: true,
    });
    expect(pluginJson).not.toHaveProperty('annotations');
    expect(pluginJson).not.toHaveProperty('streaming');
  });
});
