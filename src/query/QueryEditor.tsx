import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import { Alert, RadioButtonGroup } from '@grafana/ui';
import React, { useEffect } from 'react';

import { type QueryType, queryTypes } from '../../pkg/query/model.ts';
import { type DataSource } from '../datasource';
import { testIds } from '../testIds';
import { type PmtaOptions, type PmtaQuery } from '../types';
import { AlertingHint } from './AlertingHint';
import { EventsFields } from './EventsFields';
import { type FieldsProps } from './fields';
import { FilterList } from './FilterList';
import { HistoryFields } from './HistoryFields';
import { queryTypeLabels } from './labels';
import { LiveFields } from './LiveFields';
import { LogsFields } from './LogsFields';
import { useKeyOptions } from './useKeyOptions';
import { canAlert, withDefaults, withQueryType } from './queryType';

type Props = QueryEditorProps<DataSource, PmtaQuery, PmtaOptions>;

export function QueryEditor({ query, onChange, onRunQuery, datasource, app, range }: Props) {
  const inAlerting = app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting;
  const queryType = queryTypes.find((known) => known === query.queryType);
  const apply = (changed: PmtaQuery) => {
    onChange(changed);
    onRunQuery();
  };
  const { groupOptions, keyOptions } = useKeyOptions(query, datasource);
  useEffect(() => {
    // Not every host of query editors begins with the data source's default query.
    if (!query.queryType) {
      onChange(withDefaults(query, app));
    }
  }, [query, app, onChange]);

  return (
    <EditorRows>
      <EditorRow>
        <EditorField label="Query type">
          <RadioButtonGroup
            aria-label="Query type"
            data-testid={testIds.query.type}
            options={queryTypes
              .filter((type) => !inAlerting || canAlert(type))
              .map((value) => ({ value, ...queryTypeLabels[value] }))}
            value={queryType}
            onChange={(type) => apply(withQueryType(query, type))}
          />
        </EditorField>
      </EditorRow>
      {inAlerting && <AlertingHint query={query} />}
      {queryType ? (
        <>
          <TypeFields queryType={queryType} query={query} groupOptions={groupOptions} onChange={apply} />
          <FilterList
            query={query}
            keyOptions={keyOptions}
            datasource={datasource}
            range={range}
            onEdit={onChange}
            onChange={apply}
          />
        </>
      ) : (
        query.queryType && <UnknownType name={query.queryType} />
      )}
    </EditorRows>
  );
}

function TypeFields({ queryType, ...props }: FieldsProps & { queryType: QueryType }) {
  switch (queryType) {
    case 'events':
      return <EventsFields {...props} />;
    case 'logs':
      return <LogsFields {...props} />;
    case 'history':
      return <HistoryFields {...props} />;
    case 'live':
      return <LiveFields {...props} />;
  }
}

function UnknownType({ name }: { name: string }) {
  return (
    <Alert severity="warning" title={`This version does not know the query type "${name}"`}>
      Choose one of the types above, or update the plugin.
    </Alert>
  );
}
