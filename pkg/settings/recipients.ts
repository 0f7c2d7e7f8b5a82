import { FieldError } from './fields.ts';
import type { RecipientPrivacy } from './model.ts';

/** Reads what is to be stored of recipients. Throws FieldError. */
export function recipientPrivacy(where: string, value: unknown): RecipientPrivacy {
  if (value !== 'keep' && value !== 'hash' && value !== 'redact') {
    throw new FieldError(`${where} must be keep, hash or redact, got ${JSON.stringify(value)}`);
  }
  return value;
}
