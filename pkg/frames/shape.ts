/**
 * Checks of what goes into frame metadata as JSON. Grafana decodes it into fixed Go types: a wrong type fails the whole
 * response, an unknown key is lost without a word, so both are refused here.
 */

/** The problem as "<path> <what must be>", to be put behind the name of the value; undefined where there is none. */
export type Check = (value: unknown) => string | undefined;

export const text: Check = (value) => (typeof value === 'string' ? undefined : ' must be a string');

export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : ' must be true or false');

/** NaN and infinities have no JSON form: they would arrive as 0 or not at all. */
export const finite: Check = (value) => (Number.isFinite(value) ? undefined : ' must be a finite number');

export const finiteOrNull: Check = (value) => (value === null ? undefined : finite(value));

export function integer(min: number, max: number): Check {
  return (value) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : ` must be a whole number of ${min}–${max}`;
}

export function oneOf(...words: string[]): Check {
  return (value) => (words.some((word) => word === value) ? undefined : ` must be one of ${words.join(', ')}`);
}

/** Anything that JSON can hold. */
export const json: Check = (value) => {
  try {
    return JSON.stringify(value) === undefined ? ' must be a JSON value' : undefined;
  } catch {
    return ' must be a JSON value: it holds a bigint or refers to itself';
  }
};

export const jsonObject: Check = (value) => (isObject(value) ? json(value) : ' must be an object');

export function listOf(item: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) {
      return ' must be an array';
    }
    for (const [index, element] of value.entries()) {
      const problem = item(element);
      if (problem !== undefined) {
        return `[${index}]${problem}`;
      }
    }
    return undefined;
  };
}

export function mapOf(item: Check): Check {
  return (value) => {
    if (!isObject(value)) {
      return ' must be an object';
    }
    for (const [key, element] of Object.entries(value)) {
      const problem = item(element);
      if (problem !== undefined) {
        return `.${key}${problem}`;
      }
    }
    return undefined;
  };
}

/** An object with these keys and no others; those not named in `required` may be missing or undefined. */
export function object<T>(keys: Record<keyof T & string, Check>, ...required: Array<keyof T & string>): Check {
  const checks: Record<string, Check> = keys;
  return (value) => {
    if (!isObject(value)) {
      return ' must be an object';
    }
    for (const [key, element] of Object.entries(value)) {
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
      const problem = check === undefined ? ' is unknown to Grafana, which drops it: use custom' : check(element);
      if (problem !== undefined && element !== undefined) {
        return `.${key}${problem}`;
      }
    }
    const missing = required.find((key) => value[key] === undefined);
    return missing === undefined ? undefined : `.${missing} is missing`;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
