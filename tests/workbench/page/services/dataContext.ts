import { type DataContextScopedVar, type Field, getFieldDisplayName, type ScopedVars } from '@grafana/data';

interface DataContext {
  field?: Field;
  /** Undefined where the text is not about one row. */
  row?: number;
  seriesName: string;
  displayName: string;
  fields: Field[];
}

function contextIn(scoped: ScopedVars): DataContext | undefined {
  const held = scoped.__dataContext as DataContextScopedVar | undefined;
  if (!held) {
    return undefined;
  }
  const { frame, field, data, rowIndex } = held.value;
  return {
    field,
    row: rowIndex,
    seriesName: frame.name ?? '',
    displayName: field ? getFieldDisplayName(field, frame, data) : '',
    fields: frame.fields,
  };
}

function fieldValue({ field, displayName }: DataContext, path: string): unknown {
  const label = /^labels(?:\.(.+)|\["(.+)"\])$/.exec(path);
  if (label) {
    return field?.labels?.[label[1] ?? label[2] ?? ''] ?? '';
  }
  return path === 'displayName' ? displayName : path === 'name' ? field?.name : undefined;
}

function cellValue({ field, row }: DataContext, path: string): unknown {
  const value: unknown = row === undefined ? undefined : field?.values[row];
  return path === 'text' ? field?.display?.(value).text : value;
}

function rowValue({ fields, row }: DataContext, path: string): unknown {
  const [, dotted, quoted] = /^fields(?:\.(.+)|\["(.+)"\])$/.exec(path) ?? [];
  const field = fields.find(({ name }) => name === (dotted ?? quoted));
  return row === undefined ? undefined : field?.values[row];
}

/**
 * Grafana's variables about the value at hand (grafana.com/docs: "Data link variables"): `__field.labels.x`,
 * `__series.name`, `__value.raw`, `__data.fields.x`. Undefined for anything else.
 */
export function dataContextValue(name: string, path: string, scoped: ScopedVars): unknown {
  const context = contextIn(scoped);
  if (!context) {
    return undefined;
  }
  switch (name) {
    case '__field':
      return fieldValue(context, path);
    case '__series':
      return context.seriesName;
    case '__value':
      return cellValue(context, path);
    case '__data':
      return rowValue(context, path);
    default:
      return undefined;
  }
}
