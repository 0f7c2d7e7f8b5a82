/** Parses JSON. Throws SyntaxError, whose message never quotes the text (V8's does, at length). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const place = error instanceof Error ? /at position \d+/.exec(error.message)?.[0] : undefined;
    throw new SyntaxError(`breaks off or is wrong ${place ?? `within ${text.length} characters`}`);
  }
}
