import { accountingFields } from '../../../pmta/accounting/fields.ts';

/** Fields of PMTA's own that can hold an address; what is not PMTA's own (headers, ARF fields) always can. */
const canHoldAddress = new Set<string>(['orcpt', 'jobId', 'envId', 'userString']);

export const cannotHoldAddress = new Set<string>(accountingFields.filter((field) => !canHoldAddress.has(field)));

/** Columns that hold recipients even where `rcpt` is empty, as in feedback reports. */
const recipientColumn = /(?:^|[_-])(?:to|cc|bcc|rcpt|recipients?|receiver)(?:$|-to$)|originalrecipient$|original-rcpt/i;

const notRecipientColumn = /reply-to$/i;

export function namesRecipients(column: string): boolean {
  return recipientColumn.test(column) && !notRecipientColumn.test(column);
}
