/** A query that cannot be answered because of what it asks; the message tells the user which field is wrong. */
export class QueryError extends Error {
  /** HTTP status of the query's answer. */
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.name = 'QueryError';
    this.status = status;
  }
}
