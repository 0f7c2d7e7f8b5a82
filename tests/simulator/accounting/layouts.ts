import { fieldValue } from './fields.ts';
import type { RecordType } from '../model/events.ts';

/** One configured accounting file (`<acct-file>`): its records, and the fields of each in their order. */
export interface FileLayout {
  /** File name before the date: `acct` gives `acct-2026-02-07-0000.csv`. */
  name: string;
  fields: Partial<Record<RecordType, readonly string[]>>;
}

export const LAYOUTS = ['all', 'default', 'three-files', 'overlapping'] as const;
/**
 * - `all`: one file with every type
 * - `default`: PMTA's own d,b
 * - `three-files`: each type in one of main, tempfail, permfail
 * - `overlapping`: acct with d,b,t, beside it diag with t,tq and bounce with b, so that each t and b is in two files,
 *   with other columns in each
 */
export type LayoutName = (typeof LAYOUTS)[number];

const ATTEMPT =
  'type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,envId,queue,vmtaPool'.split(
    ','
  );
const ATTEMPT_4 = ATTEMPT.flatMap((name) => (name === 'timeQueued' ? [name, 'timeImprinted'] : [name])).filter(
  (name) => name !== 'queue' && name !== 'vmtaPool'
);
const TLS = ['dlvTlsProtocol', 'dlvTlsCipher'];
const QUEUE_TRANSIENT =
  'type,timeLogged,dsnStatus,dsnDiag,dsnMta,dlvType,dlvSourceIp,dlvDestinationIp,vmta,queue'.split(',');
const RECEIVED =
  'type,timeLogged,orig,rcpt,orcpt,srcType,srcMta,rcvSourceIp,rcvDestinationIp,vmta,jobId,envId,vmtaPool'.split(',');
const REMOTE =
  'type,timeLogged,orig,rcpt,orcpt,dsnStatus,dsnDiag,dsnMta,dsnReportingMta,bounceCat,srcType,srcMta,envId'.split(',');
/** What stock configurations keep of deferrals and bounces in files of their own: enough to see why. */
const DIAGNOSTIC =
  'type,timeLogged,timeQueued,rcpt,dsnStatus,dsnDiag,dsnMta,bounceCat,dlvSourceIp,vmta,queue,jobId,header_X-job'.split(
    ','
  );
const BOUNCED = 'type,bounceCat,timeLogged,rcpt,orig,dsnAction,dsnStatus,dsnDiag,vmta,envId,header_Message-Id'.split(
  ','
);
const FEEDBACK =
  'type,timeLogged,format,userAgent,envId,orig,rcpt,reportingMta,dlvSourceIp,repSourceIp,feedbackType,reportedDomain,header_From,header_Return-Path,header_X-job,header_Subject'.split(
    ','
  );

/**
 * The accounting files of a layout.
 * @param version `4.0` for the columns of PMTA 4.0
 * @param extraFields opt-in fields and headers for d, b, t and r: `rcvSmtpUser`, `header_Message-Id`, …
 * @throws Error for a field that the simulator cannot fill
 */
export function fileLayouts(layout: LayoutName, version: '4.0' | '5.0', extraFields: readonly string[]): FileLayout[] {
  for (const name of extraFields) {
    if (fieldValue(name) === undefined) {
      throw new Error(`unknown accounting field "${name}": use one of PMTA's names, or a header_ the simulator knows`);
    }
  }
  const base = version === '4.0' ? ATTEMPT_4 : layout === 'default' ? ATTEMPT : [...ATTEMPT, ...TLS];
  const attempt = [...base, ...extraFields];
  const receivedExtra = extraFields.filter((name) => !/^(dlv|time|total)/i.test(name));
  const received = [...RECEIVED.filter((name) => version !== '4.0' || name !== 'vmtaPool'), ...receivedExtra];
  const queueTransient = QUEUE_TRANSIENT.filter((name) => version !== '4.0' || name !== 'queue');
  const remoteStatus = [...REMOTE.slice(0, 5), 'dsnAction', ...REMOTE.slice(5)].filter((name) => name !== 'bounceCat');
  const rest = { r: received, rb: REMOTE, rs: remoteStatus, f: FEEDBACK };
  switch (layout) {
    case 'default':
      return [{ name: 'acct', fields: { d: attempt, b: attempt } }];
    case 'all':
      return [{ name: 'acct', fields: { d: attempt, b: attempt, t: attempt, tq: queueTransient, ...rest } }];
    case 'three-files':
      return [
        { name: 'acct-main', fields: { d: attempt, ...rest } },
        { name: 'acct-tempfail', fields: { t: attempt, tq: queueTransient } },
        { name: 'acct-permfail', fields: { b: attempt } },
      ];
    case 'overlapping': {
      const diagnostic = DIAGNOSTIC.filter((name) => version !== '4.0' || name !== 'queue');
      return [
        { name: 'acct', fields: { d: attempt, b: attempt, t: attempt } },
        { name: 'diag', fields: { t: diagnostic, tq: queueTransient } },
        { name: 'bounce', fields: { b: BOUNCED } },
      ];
    }
  }
}

/** The header of a file: the union of its types' fields, in the order in which they first appear. */
export function headerOf(layout: FileLayout): string[] {
  const header = new Map<string, string>();
  // Feedback and reception fields follow those of attempts, as in files seen in the wild.
  for (const type of ['d', 'b', 't', 'tq', 'f', 'r', 'rb', 'rs'] as const) {
    for (const name of layout.fields[type] ?? []) {
      // Header names have no case of their own: header_X-job and header_x-job are one column.
      const key = name.toLowerCase();
      header.set(key, header.get(key) ?? name);
    }
  }
  return [...header.values()];
}
