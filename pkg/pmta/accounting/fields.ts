/**
 * The fields of PMTA's accounting records (User's Guide 5.0, "Accounting"). A file has any subset of them in any order,
 * so everything is found by the names in its header line. The guide itself varies their case (`envid`, `envId`).
 */
export const accountingFields = [
  'type',
  'timeLogged',
  'timeQueued',
  'timeImprinted',
  'timeFirstAttempt',
  'totalSecondsQueued',
  'orig',
  'rcpt',
  'orcpt',
  'dsnAction',
  'dsnStatus',
  'dsnDiag',
  'dsnMta',
  'dsnReportingMta',
  'bounceCat',
  'srcType',
  'srcMta',
  'dlvType',
  'dlvSourceIp',
  'dlvDestinationIp',
  'dlvEsmtpAvailable',
  'dlvSize',
  'vmta',
  'jobId',
  'envId',
  'queue',
  'vmtaPool',
  'rcvSourceIp',
  'rcvDestinationIp',
  'rcvSmtpUser',
  'dlvTlsProtocol',
  'dlvTlsCipher',
  'userString',
  'repSourceIp',
  'feedbackType',
  'format',
  'userAgent',
  'reportingMta',
  'reportedDomain',
] as const;
export type AccountingField = (typeof accountingFields)[number];

const byLowerCase = new Map(accountingFields.map((field) => [field.toLowerCase(), field]));

/**
 * The one spelling of a column's name: the guide's where the guide has it, else lower case, because `header_X-Job` and
 * `header_x-job` are the same header.
 */
export function canonicalName(name: string): string {
  const lower = name.trim().toLowerCase();
  return byLowerCase.get(lower) ?? lower;
}

/** Record types by their letters. */
export const recordTypes = ['d', 'b', 't', 'tq', 'r', 'rb', 'rs', 'f'] as const;
export type RecordType = (typeof recordTypes)[number];
