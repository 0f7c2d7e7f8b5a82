import { fieldValue, type FieldValue } from './fields.ts';
import { headerOf, type FileLayout } from './layouts.ts';
import type { AccountingEvent, RecordType } from '../model/events.ts';

export const FRAMINGS = ['lines', 'array', 'objects'] as const;
/**
 * How the objects of a JSON file stand beside each other:
 * - `lines`: one a line
 * - `array`: elements of one array, which ends when the file is closed
 * - `objects`: one directly behind the other
 */
export type JsonFraming = (typeof FRAMINGS)[number];

/** How records are written down. */
export interface RecordFormat {
  format: 'csv' | 'json';
  /** Counts in JSON only. */
  framing: JsonFraming;
  lineEnd: '\r\n' | '\n';
  /** UTC seconds to the file's time text. */
  stamp: (seconds: number) => string;
  /** `4.0` writes `success` as the category of deliveries, and the size of every attempt. */
  version: '4.0' | '5.0';
  /** d and b rows end before a vmtaPool that is the last column, and before trailing empty values. */
  shortRows: boolean;
}

/** Quotes a value as RFC 4180 does, where it needs it. */
export function csvValue(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Turns the events of one accounting file into the lines of its records. */
export class RecordFormatter {
  /** Column names, in order. */
  readonly header: string[];
  private readonly values = new Map<RecordType, Array<FieldValue | null>>();
  private readonly format: RecordFormat;

  constructor(layout: FileLayout, format: RecordFormat) {
    this.header = headerOf(layout);
    this.format = format;
    for (const [type, names] of Object.entries(layout.fields) as Array<[RecordType, readonly string[]]>) {
      const own = new Set(names.map((name) => name.toLowerCase()));
      this.values.set(
        type,
        this.header.map((name) => (own.has(name.toLowerCase()) ? this.valueOf(type, name) : null))
      );
    }
  }

  /** True where the file holds records of this type. */
  holds(type: RecordType): boolean {
    return this.values.has(type);
  }

  /** What a file begins with: the header line of CSV. */
  start(): string {
    const { format, framing, lineEnd } = this.format;
    if (format === 'csv') {
      return this.header.map(csvValue).join(',') + lineEnd;
    }
    return framing === 'array' ? `[${lineEnd}` : '';
  }

  /** What stands between two records. */
  separator(): string {
    return this.isArray() ? `,${this.format.lineEnd}` : '';
  }

  /** What a file ends with when it is closed. */
  end(): string {
    return this.isArray() ? `${this.format.lineEnd}]${this.format.lineEnd}` : '';
  }

  /** One record, with its line end where records are lines. */
  record(event: AccountingEvent): string {
    const values = this.values.get(event.type)!;
    const { stamp, lineEnd, shortRows } = this.format;
    if (this.format.format === 'json') {
      const entries = this.header.flatMap((name, i) => (values[i] ? [[name, values[i](event, stamp)]] : []));
      return JSON.stringify(Object.fromEntries(entries)) + (this.format.framing === 'lines' ? lineEnd : '');
    }
    if (shortRows && (event.type === 'd' || event.type === 'b')) {
      return this.shortRow(values, event) + lineEnd;
    }
    let line = '';
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (i > 0) {
        line += ',';
      }
      if (value) {
        line += csvValue(value(event, stamp));
      }
    }
    return line + lineEnd;
  }

  private isArray(): boolean {
    return this.format.format === 'json' && this.format.framing === 'array';
  }

  private shortRow(values: Array<FieldValue | null>, event: AccountingEvent): string {
    const texts = values.map((value) => (value ? csvValue(value(event, this.format.stamp)) : ''));
    if (this.header.at(-1) === 'vmtaPool') {
      texts.pop();
    }
    while (texts.at(-1) === '') {
      texts.pop();
    }
    return texts.join(',');
  }

  private valueOf(type: RecordType, name: string): FieldValue {
    if (this.format.version === '4.0' && type === 'd' && name === 'bounceCat') {
      return () => 'success';
    }
    if (this.format.version === '4.0' && name === 'dlvSize') {
      return ({ recipient }) => String(recipient?.message.size ?? '');
    }
    return fieldValue(name)!;
  }
}
