const decoder = new TextDecoder();

/** Parses JSON bytes that Grafana sent; undefined where there are none. An error names `what` was unreadable. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  if (bytes.length === 0) {
    return undefined;
  }
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new Error(`${what} is not valid JSON`);
  }
}

/** JSON bytes of a value; throws for one that has no JSON form, naming `what` it was. */
export function jsonBytes(value: unknown, what: string): Uint8Array {
  const text = JSON.stringify(value);
  if (text === undefined) {
    throw new Error(`${what} has no JSON form`);
  }
  return Buffer.from(text);
}
