import { type ComboboxOption } from '@grafana/ui';

import { type PmtaQuery } from '../types';
import { type Label } from './labels';

/** What the fields of each query type get. */
export interface FieldsProps {
  query: PmtaQuery;
  /** What the query can be grouped by. */
  groupOptions: ComboboxOption[];
  /** Takes the changed query and runs it. */
  onChange: (query: PmtaQuery) => void;
}

interface Option<Name extends string> extends Label {
  value: Name;
}

/** The names of the query model as options to choose from. */
export function optionsOf<Name extends string>(
  names: readonly Name[],
  labels: Record<Name, Label>
): Array<Option<Name>> {
  return names.map((value) => ({ value, label: labels[value].label, description: labels[value].description }));
}
