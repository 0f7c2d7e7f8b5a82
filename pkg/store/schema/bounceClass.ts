import { literal } from '../sql.ts';

/** SQL of the columns of `events` that decide. */
export interface BounceColumns {
  type: string;
  reply: string;
  bounce_category: string;
  status: string;
  enhanced_code: string;
}

/** What PMTA writes for a message that an administrator deletes; it says nothing about delivery. */
const deleted = 'x-pmta;deleted by administrator';
const hardCategories = ['bad-mailbox', 'bad-domain', 'inactive-mailbox', 'routing-errors'];
/** PMTA's category of what none of its patterns knows. */
const noCategories = ['', 'other'];
/** No such mailbox, no such domain, a bad address, moved without a new address, a null MX, disabled. */
const hardStatuses = ['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1'];

/**
 * Whether an address is lost (`hard`) or may be tried again (`soft`), or an administrator deleted the message (`admin`);
 * empty for what is no bounce. Hard is a permanent failure (5.x in the status; where there is no status, in the reply)
 * - whose category is one of bad addresses and domains, or
 * - that has no category, if its status or the reply's enhanced code says the same.
 * Everything else is soft: blocks, quotas, expiry, whatever a category of the site's own means.
 */
export function bounceClass({ type, reply, bounce_category, status, enhanced_code }: BounceColumns): string {
  const oneOf = (value: string, texts: readonly string[]) => `${value} IN (${texts.map(literal).join(', ')})`;
  const isHardStatus = `(${oneOf(status, hardStatuses)} OR ${oneOf(`substring(${enhanced_code}, 5)`, hardStatuses)})`;
  return `multiIf(
    NOT ${oneOf(type, ['b', 'rb'])}, '',
    startsWith(${reply}, ${literal(deleted)}), 'admin',
    NOT startsWith(if(${status} != '', ${status}, ${enhanced_code}), '5'), 'soft',
    ${oneOf(bounce_category, hardCategories)}, 'hard',
    ${oneOf(bounce_category, noCategories)} AND ${isHardStatus}, 'hard',
    'soft')`;
}
