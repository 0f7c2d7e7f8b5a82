import type { FieldConfig, FrameMeta, FrameType, Notice } from './frame.ts';
import {
  type Check,
  finite,
  finiteOrNull,
  flag,
  integer,
  json,
  jsonObject,
  listOf,
  mapOf,
  object,
  oneOf,
  text,
} from './shape.ts';

type Element<T> = T extends Array<infer U> ? U : never;
type Link = Element<NonNullable<FieldConfig['links']>>;
type Thresholds = NonNullable<FieldConfig['thresholds']>;
type EnumType = NonNullable<FieldConfig['type']>;
type Stat = Element<NonNullable<FrameMeta['stats']>>;

interface InternalLink {
  query: unknown;
  datasourceUid: string;
  datasourceName: string;
  panelsState: unknown;
}

interface MappingResult {
  text: string;
  color: string;
  index: number;
}

/** A record, so that the compiler asks here for each type that frame.ts gains. */
const frameTypes: Record<FrameType, true> = {
  'timeseries-wide': true,
  'timeseries-long': true,
  'timeseries-multi': true,
  'numeric-wide': true,
  'numeric-long': true,
  'numeric-multi': true,
  table: true,
  'log-lines': true,
};

const index = integer(0, 0x7fffffff);
const mappingResult = object<MappingResult>({ text, color: text, index });

const mappingOptions: Record<string, Check> = {
  value: mapOf(mappingResult),
  range: object<{ from: number; to: number; result: MappingResult }>(
    { from: finiteOrNull, to: finiteOrNull, result: mappingResult },
    'result'
  ),
  special: object<{ match: string; result: MappingResult }>(
    { match: oneOf('true', 'false', 'null', 'nan', 'null+nan', 'empty'), result: mappingResult },
    'match',
    'result'
  ),
};

/** Grafana's frontend knows `regex` too, but its backend fails the response on it. */
const mapping: Check = (value) => {
  const outer = object<{ type: string; options: unknown }>({
    type: oneOf(...Object.keys(mappingOptions)),
    options: json,
  });
  const { type, options } = (value ?? {}) as { type?: string; options?: unknown };
  const problem = mappingOptions[type ?? '']?.(options);
  return outer(value) ?? (problem === undefined ? undefined : `.options${problem}`);
};

const link = object<Link>({
  title: text,
  url: text,
  targetBlank: flag,
  internal: object<InternalLink>({ query: json, datasourceUid: text, datasourceName: text, panelsState: json }),
});

const config = object<FieldConfig>({
  displayName: text,
  displayNameFromDS: text,
  description: text,
  filterable: flag,
  unit: text,
  decimals: integer(0, 0xffff),
  min: finite,
  max: finite,
  interval: finite,
  noValue: text,
  links: listOf(link),
  mappings: listOf(mapping),
  thresholds: object<Thresholds>(
    {
      mode: oneOf('absolute', 'percentage'),
      steps: listOf(object<Element<Thresholds['steps']>>({ value: finiteOrNull, color: text }, 'value', 'color')),
    },
    'mode',
    'steps'
  ),
  color: jsonObject,
  type: object<EnumType>(
    { enum: object<EnumType['enum']>({ text: listOf(text), color: listOf(text) }, 'text') },
    'enum'
  ),
  custom: jsonObject,
});

/** Two numbers: Go would cut a longer array and fill up a shorter one without a word. */
const typeVersion: Check = (value) =>
  Array.isArray(value) && value.length === 2 ? listOf(index)(value) : ' must be two whole numbers, as in [0, 1]';

const meta = object<FrameMeta>({
  type: oneOf(...Object.keys(frameTypes)),
  typeVersion,
  notices: listOf(
    object<Notice>({ severity: oneOf('info', 'warning', 'error'), text, link: text }, 'severity', 'text')
  ),
  stats: listOf(object<Stat>({ displayName: text, value: finite, unit: text }, 'displayName', 'value')),
  executedQueryString: text,
  preferredVisualisationType: oneOf('graph', 'table', 'logs'),
  channel: text,
  uniqueRowIdFields: listOf(index),
  custom: json,
});

/** What Grafana would not decode of a field's labels and config, as in `labels.host must be a string`. */
export function metadataProblem(field: { labels?: unknown; config?: unknown }): string | undefined {
  return named('labels', field.labels, mapOf(text)) ?? named('config', field.config, config);
}

/** What Grafana would not decode of a frame's meta. */
export function metaProblem(frame: { meta?: unknown }): string | undefined {
  return named('meta', frame.meta, meta);
}

function named(name: string, value: unknown, check: Check): string | undefined {
  const problem = value === undefined ? undefined : check(value);
  return problem === undefined ? undefined : name + problem;
}
