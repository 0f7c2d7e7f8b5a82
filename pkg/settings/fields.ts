import { isAbsolute } from 'node:path';

/** Reading of settings that come from outside: each function checks one value and names its place when it is wrong. */

/** A setting that cannot be used; the message names its place and what is expected there. */
export class FieldError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FieldError';
  }
}

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is not an object counts as one without fields. */
export function record(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/**
 * The fields of an object that may have no others: a misspelt setting must not be silently without effect.
 *
 * @param where its place; empty for the whole file
 */
export function section(where: string, value: unknown, known: readonly string[]): Fields {
  if (!isFields(value)) {
    throw new FieldError(`${where || 'the file'} must have fields (${known.join(', ')})`);
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new FieldError(`${where && `${where}.`}${unknown} is not a setting; known here: ${known.join(', ')}`);
  }
  return value;
}

export function list(where: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) {
    throw new FieldError(`${where} must be a list`);
  }
  return value;
}

export function text(where: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw new FieldError(`${where} must be a text`);
  }
  return value;
}

export function flag(where: string, value: unknown): boolean {
  if (typeof value !== 'boolean') {
    throw new FieldError(`${where} must be true or false, got ${JSON.stringify(value)}`);
  }
  return value;
}

export function absolutePath(where: string, value: unknown): string {
  const path = text(where, value).trim();
  if (!isAbsolute(path)) {
    throw new FieldError(`${where} must be an absolute path, got ${JSON.stringify(path)}`);
  }
  return path;
}

export function whole(where: string, value: unknown, least: number, most: number): number {
  // Provisioning files often quote numbers.
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most) {
    throw new FieldError(`${where} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
  }
  return number;
}

/** Whether a text is an http or https address. */
export function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
