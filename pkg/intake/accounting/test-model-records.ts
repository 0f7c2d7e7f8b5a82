/** Accounting records of the model-based test: each event is known by its recipient, and a record is whole by its end. */

export type Layout = 'acct' | 'diag' | 'hook';

type Field = 'type' | 'timeLogged' | 'rcpt' | 'dsnDiag' | 'jobId';

/** The last column tells a record that is stored whole from one that was cut off. */
const columns: Record<'acct' | 'acctChanged' | 'diag', Field[]> = {
  acct: ['type', 'timeLogged', 'rcpt', 'dsnDiag', 'jobId'],
  acctChanged: ['type', 'rcpt', 'dsnDiag', 'timeLogged', 'jobId'],
  diag: ['type', 'dsnDiag', 'timeLogged', 'rcpt', 'jobId'],
};

/** Replies with everything in them that may mislead a reader of CSV; the last is no UTF-8. */
const replies = [
  'smtp;250 ok',
  'smtp;550 "no", said he',
  'smtp;550 two\r\nlines',
  'smtp;550 "\ntype,timeLogged,rcpt\n"',
  'smtp;421 später',
  'smtp;550 h\xe9las',
];

/** Whether and how the columns of the file changed after its first header. */
export type Columns = keyof typeof columns;

export function headerOf(columnsName: Columns): Buffer {
  return Buffer.from(`${columns[columnsName].join(',')}\r\n`);
}

export function recordOf(event: number, layout: Layout, columnsName: Columns): Buffer {
  const reply = replies[event % replies.length] ?? '';
  const values: Record<Field, string> = {
    type: 'b',
    // Far enough apart that the records of a piece lie in several partitions.
    timeLogged: String(1_700_000_000 + event * 40_000),
    rcpt: `r${event}@example.com`,
    dsnDiag: reply,
    jobId: `j${event}.`,
  };
  if (layout === 'hook') {
    return Buffer.from(`${JSON.stringify(values)}\n`);
  }
  const fields = columns[columnsName].map((name) => csv(values[name]));
  return Buffer.from(`${fields.join(',')}\r\n`, isUtf8(event) ? 'utf8' : 'latin1');
}

/** Whether every layout can say the same; JSON has no other encoding. */
export function isUtf8(event: number): boolean {
  return event % replies.length !== replies.length - 1;
}

function csv(value: string): string {
  return /["\r\n,]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
}

/** As the store shows it: `r5@example.com|j5.`; a record that was cut off has another end. */
export function nameOf(event: number): string {
  return `r${event}@example.com|j${event}.`;
}
