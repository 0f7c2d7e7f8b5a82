import { EditorField, EditorFieldGroup, EditorRow } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import React, { useId } from 'react';

import { aggregates, defaults, metrics } from '../../pkg/query/model.ts';
import { testIds } from '../testIds';
import { type FieldsProps, optionsOf } from './fields';
import { FormatField } from './FormatField';
import { GroupByField } from './GroupByField';
import { aggregateLabels, metricLabels, sourceTexts } from './labels';
import { LimitField } from './LimitField';

const metricOptions = optionsOf(metrics, metricLabels);
const aggregateOptions = optionsOf(aggregates, aggregateLabels);

export function HistoryFields(props: FieldsProps) {
  const { query, onChange } = props;
  const id = useId();
  const name = query.metric ?? defaults.history.metric;
  const metric = metrics.find((known) => known === name);
  const aggregate = query.aggregate ?? defaults.history.aggregate;

  return (
    <EditorRow>
      <EditorFieldGroup>
        <EditorField
          label="Metric"
          tooltip={metric && `${metricLabels[metric].description}. ${sourceTexts[metricLabels[metric].source]}`}
        >
          <Combobox
            id={`${id}-metric`}
            data-testid={testIds.query.metric}
            options={metricOptions}
            value={metric ?? { value: name, label: name }}
            createCustomValue
            width={28}
            onChange={({ value }) => onChange({ ...query, metric: value })}
          />
        </EditorField>
        <EditorField label="Aggregate" tooltip="How the polls of one interval become one value">
          <Combobox
            id={`${id}-aggregate`}
            data-testid={testIds.query.aggregate}
            options={aggregateOptions}
            value={aggregates.find((known) => known === aggregate) ?? { value: aggregate, label: aggregate }}
            createCustomValue
            width={16}
            onChange={({ value }) => onChange({ ...query, aggregate: value })}
          />
        </EditorField>
        <GroupByField {...props} />
        <FormatField {...props} fallback={defaults.history.format} />
        <LimitField {...props} fallback={defaults.history.limit} tooltip="Only the groups with the highest values" />
      </EditorFieldGroup>
    </EditorRow>
  );
}
