/** What keeps the workbench from starting, in one sentence for the user, with what to do about it. */
export class Problem extends Error {}
