/** What a thrown value says, in a state or a problem for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
