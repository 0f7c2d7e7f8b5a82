import { EditorField } from '@grafana/plugin-ui';
import { Combobox, type ComboboxOption, Input, MultiCombobox } from '@grafana/ui';
import React, { useCallback, useId } from 'react';

import { useDraft } from '../components/useDraft';
import { testIds } from '../testIds';
import { hasStoredValues } from './dimensions';
import { type FilterRowProps } from './FilterRow';
import { takesList, takesText } from './operators';

type Props = Omit<FilterRowProps, 'onRemove'>;

/** The value of a condition: a list, a pattern or number to type, or one value; any may be a template variable. */
export function FilterValues(props: Props) {
  if (takesText(props.filter.operator)) {
    return <TextValue {...props} />;
  }
  return takesList(props.filter.operator) ? <ListValue {...props} /> : <SingleValue {...props} />;
}

function SingleValue(props: Props) {
  const { filter, onChange } = props;
  const id = useId();
  const [value] = filter.values;

  return (
    <EditorField label="Value">
      <Combobox
        // Grafana's Combobox keeps the options of the key that it was first opened for.
        key={filter.key}
        id={`${id}-value`}
        data-testid={testIds.query.filterValue}
        options={useStoredValues(props)}
        value={value === undefined ? null : { value, label: labelOf(value) }}
        createCustomValue
        placeholder="Choose or type"
        width={40}
        onChange={(chosen) => onChange({ ...filter, values: [chosen.value] })}
      />
    </EditorField>
  );
}

function ListValue(props: Props) {
  const { filter, onChange } = props;
  const id = useId();

  return (
    <EditorField label="Values">
      <MultiCombobox
        key={filter.key}
        id={`${id}-values`}
        data-testid={testIds.query.filterValue}
        options={useStoredValues(props)}
        value={filter.values.map((value) => ({ value, label: labelOf(value) }))}
        createCustomValue
        isClearable
        placeholder="Choose or type"
        width={60}
        onChange={(chosen) => onChange({ ...filter, values: chosen.map(({ value }) => value) })}
      />
    </EditorField>
  );
}

function TextValue({ filter, onChange }: Props) {
  const id = useId();
  const { inputProps } = useDraft({
    value: filter.values[0] ?? '',
    onCommit: (text) => onChange({ ...filter, values: text === '' ? [] : [text] }),
  });
  const isPattern = filter.operator === '=~' || filter.operator === '!~';

  return (
    <EditorField label={isPattern ? 'Pattern (RE2)' : 'Number'}>
      <Input
        {...inputProps}
        id={`${id}-text`}
        data-testid={testIds.query.filterValue}
        placeholder={isPattern ? 'mta[0-9]+' : '500'}
        width={40}
      />
    </EditorField>
  );
}

/** Values to offer: the dashboard's variables, then what is stored in the time range under the other filters. */
function useStoredValues({ filter, query, datasource, range, others }: Props) {
  const { key } = filter;
  return useCallback(
    async (search: string): Promise<ComboboxOption[]> => {
      const variables = datasource.variableTexts().filter((text) => text.includes(search));
      const filters = datasource.applyTemplateVariables({ ...query, filters: others }, {}).filters;
      const stored = hasStoredValues(key) ? await datasource.values(key, { range, filters, search }) : [];
      return [...variables, ...stored].map((value) => ({ value, label: labelOf(value) }));
    },
    [datasource, key, others, query, range]
  );
}

/** An empty value is one to choose, as clear text is for `tls_protocol`, so it must be seen. */
function labelOf(value: string): string {
  return value === '' ? '(empty)' : value;
}
