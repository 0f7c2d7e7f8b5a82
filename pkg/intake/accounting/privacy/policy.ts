import { createHash } from 'node:crypto';

import type { RecipientPrivacy } from '../../../settings/model.ts';

/**
 * Keeps the local parts of recipients out of the store. Records are hidden by SQL while the engine reads them
 * (`privacySql`), the text of records that could not be read by `hideAddresses`; both find the same addresses and give
 * the same hash. A hash stands for the whole address: equal local parts of two domains have nothing in common.
 *
 * Case is folded in ASCII only, local part included: providers do not tell `Joe@` from `joe@`, and what SMTPUTF8 letters
 * are alike is not defined.
 */

/** What is stored of recipients. */
export interface Privacy {
  policy: RecipientPrivacy;
  /** By `privacyKey`; empty unless the policy is `hash`. */
  key: string;
}

/**
 * The key of the hashes from the secret that the user gave. Changing the secret changes every hash.
 *
 * @throws where there is no secret: hashes without one are undone by trying addresses
 */
export function privacyKey(secret: string): string {
  if (secret === '') {
    throw new Error('recipients is "hash" but no hash key is set: set secureJsonData.hashKey');
  }
  return createHash('sha256').update(secret).digest('hex');
}

/** The parameters that the expressions of `privacySql` need beside those of the statement they stand in. */
export function privacyParams(policy: RecipientPrivacy, key: string): Record<string, string> {
  return policy === 'hash' ? { recipientKey: key } : {};
}
