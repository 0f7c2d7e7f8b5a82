/**
 * One line of the log as go-plugin's host reads it from stderr: a JSON object in the form of hclog. The host asserts
 * without a check that @message, @level and @timestamp are strings: a number there ends the Grafana process.
 */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** Values beside the message; nested ones are shown as JSON. */
export type LogFields = Record<string, unknown>;

/** The host cuts lines at 64 KiB and then logs the pieces raw; what is longer than this is no log line. */
export const maxLineBytes = 16 * 1024;
const maxMessageBytes = 8 * 1024;
const maxValueBytes = 4 * 1024;
const maxKeyBytes = 128;

/** Keys that the host's logger writes itself; `timestamp` it deletes. */
const reservedKeys = new Set(['timestamp', 'logger', 't', 'level', 'lvl', 'msg']);

/** One line with its newline, at most `maxLineBytes` long; fields that do not fit are left out and `truncated` is set. */
export function formatLogLine(level: LogLevel, message: unknown, fields: LogFields, now: Date): string {
  const head = { '@level': level, '@message': clip(textOf(message), maxMessageBytes), '@timestamp': timestamp(now) };
  let line = JSON.stringify(head).slice(0, -1);
  let room = maxLineBytes - Buffer.byteLength(line) - ',"truncated":true}\n'.length;
  let truncated = false;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined || value === null) {
      continue;
    }
    const pair = `,${JSON.stringify(safeKey(key))}:${jsonOf(value)}`;
    const bytes = Buffer.byteLength(pair);
    if (bytes > room) {
      truncated = true;
      continue;
    }
    line += pair;
    room -= bytes;
  }
  return `${line}${truncated ? ',"truncated":true' : ''}}\n`;
}

/** The host parses exactly six digits of a second; toISOString has three. */
function timestamp(now: Date): string {
  return `${now.toISOString().slice(0, -1)}000Z`;
}

function safeKey(key: string): string {
  const name = clip(key.replace(/^@+/, ''), maxKeyBytes);
  return name === '' || reservedKeys.has(name) ? `field_${name}` : name;
}

function jsonOf(value: unknown): string {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
    return String(value);
  }
  return JSON.stringify(clip(textOf(value), maxValueBytes));
}

/** Any value as text, also one whose conversion throws: logging must not fail where something already has. */
function textOf(value: unknown): string {
  try {
    if (value instanceof Error) {
      return value.message || value.name;
    }
    if (value instanceof Date) {
      return value.toISOString();
    }
    return typeof value === 'object' && value !== null ? (JSON.stringify(value) ?? '') : String(value);
  } catch {
    return '[not printable]';
  }
}

/** Shortens a text until its JSON form has at most `maxBytes`; control characters take six bytes each there. */
function clip(text: string, maxBytes: number): string {
  let result = text.slice(0, maxBytes);
  for (let bytes = jsonBytes(result); bytes > maxBytes; bytes = jsonBytes(result)) {
    result = result.slice(0, Math.floor((result.length * maxBytes) / bytes));
  }
  return result;
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
