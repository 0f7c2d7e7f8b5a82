/** Settings of an insert whose rows count once under a token; none without. */
export function tokenSettings(token: string | undefined): Record<string, string | number> {
  return token === undefined ? {} : { insert_deduplicate: 1, insert_deduplication_token: token };
}
