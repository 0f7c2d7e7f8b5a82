import { fieldValue, type FieldValue } from './fields.ts';
import { headerOf, type FileLayout } from './layouts.ts';
import type { AccountingEvent, RecordType } from '../model/events.ts';

/** How records are written down. */
export interface RecordFormat {
  format: 'csv' | 'json';
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

  /** The first line of a file; empty for JSON, which has none. */
  headerLine(): string {
    return this.format.format === 'csv' ? this.header.map(csvValue).join(',') + this.format.lineEnd : '';
  }

  /** The line of one record, line end included. */
  line(event: AccountingEvent): string {
    const values = this.values.get(event.type)!;
    const { stamp, lineEnd, shortRows } = this.format;
    if (this.format.format === 'json') {
      const entries = this.header.flatMap((name, i) => (values[i] ? [[name, values[i](event, stamp)]] : []));
      return JSON.stringify(Object.fromEntries(entries)) + lineEnd;
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
