import type { Field, NumberKind } from './frame.ts';
import { MAX_MILLISECONDS } from './nanoseconds.ts';

/** Arrow's offsets are signed 32-bit numbers. */
const MAX_TEXT_BYTES = 0x7fffffff;
const MAX_UTF8_BYTES_PER_UNIT = 3;

const typedArrays = {
  float64: Float64Array,
  float32: Float32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
} as const;

const ranges: Record<Exclude<NumberKind, 'float64' | 'float32'>, readonly [min: number, max: number]> = {
  int8: [-0x80, 0x7f],
  int16: [-0x8000, 0x7fff],
  int32: [-0x80000000, 0x7fffffff],
  uint8: [0, 0xff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffffffff],
};

type Holds = (value: unknown) => boolean;

/** What Grafana would refuse or misread of a field's values, with the row and what to do; undefined where all is well. */
export function valuesProblem(field: Field): string | undefined {
  const { kind, values } = field;
  switch (kind) {
    case 'time':
      return values instanceof BigInt64Array ? undefined : badRow(field, isTime, 'a time in milliseconds of 1678–2261');
    case 'string':
      return badRow(field, isString, 'a string') ?? sizeProblem(values);
    case 'boolean':
      return badRow(field, (value) => typeof value === 'boolean', 'true or false');
    case 'json':
      return badRow(field, isJson, 'a JSON text: write it with JSON.stringify') ?? sizeProblem(values);
    case 'enum':
      return enumProblem(field);
    default:
      return values instanceof typedArrays[kind] ? undefined : numbersProblem(field, kind);
  }
}

function numbersProblem(field: Field, kind: NumberKind | 'int64' | 'uint64'): string | undefined {
  switch (kind) {
    case 'float64':
    case 'float32':
      return badRow(field, (value) => typeof value === 'number', 'a number');
    case 'int64':
      return badRow(field, wholeNumber(64, BigInt.asIntN), 'an int64: beyond 2^53 use bigint');
    case 'uint64':
      return badRow(field, wholeNumber(64, BigInt.asUintN), 'a uint64: beyond 2^53 use bigint');
    default: {
      const [min, max] = ranges[kind];
      return badRow(field, within(min, max), `a whole number of ${min}–${max}: round it or use another kind`);
    }
  }
}

function enumProblem(field: Field): string | undefined {
  const count = field.config?.type?.enum.text.length;
  if (count === undefined) {
    return 'an enum needs its words in config.type.enum.text';
  }
  return badRow(
    field,
    within(0, Math.min(count, 0x10000) - 1),
    `an index into the ${count} words of config.type.enum.text`
  );
}

function badRow({ values, nullable }: Field, holds: Holds, expected: string): string | undefined {
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) {
      if (nullable !== true) {
        return `row ${row} is null in a field that is not nullable: set nullable or leave the row out`;
      }
    } else if (!holds(value)) {
      return `row ${row} must be ${expected}`;
    }
  }
  return undefined;
}

const isString: Holds = (value) => typeof value === 'string';

const isTime: Holds = (value) => typeof value === 'number' && Math.abs(value) <= MAX_MILLISECONDS;

const isJson: Holds = (value) => {
  try {
    JSON.parse(value as string);
    return typeof value === 'string';
  } catch {
    return false;
  }
};

function within(min: number, max: number): Holds {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function wholeNumber(bits: number, wrap: (bits: number, value: bigint) => bigint): Holds {
  return (value) =>
    typeof value === 'bigint' || Number.isSafeInteger(value)
      ? wrap(bits, BigInt(value as bigint)) === BigInt(value as bigint)
      : false;
}

function sizeProblem(values: ArrayLike<string | null>): string | undefined {
  if (sum(values, (text) => text.length) * MAX_UTF8_BYTES_PER_UNIT <= MAX_TEXT_BYTES) {
    return undefined;
  }
  return sum(values, (text) => Buffer.byteLength(text)) <= MAX_TEXT_BYTES
    ? undefined
    : 'the texts are longer than 2 GiB together: ask for fewer rows';
}

function sum(values: ArrayLike<string | null>, size: (text: string) => number): number {
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    total += size(values[row] ?? '');
  }
  return total;
}
