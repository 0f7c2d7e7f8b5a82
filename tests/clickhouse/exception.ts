/** An exception as ClickHouse's HTTP interface writes it. */
export class Exception extends Error {
  readonly code: number;

  constructor(code: number, type: string, text: string) {
    super(`Code: ${code}. DB::Exception: ${text} (${type}) (version 26.7.2.1 (official build))`);
    this.code = code;
  }
}

/** An error of the engine as an exception; its message begins with the code already. */
export function toException(error: unknown): Exception {
  if (error instanceof Exception) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  const [, code, text, type] = /^Code: (\d+)\. DB::Exception: ([^]*?) \(([A-Z_]{3,})\)/.exec(message) ?? [];
  return new Exception(Number(code ?? 1001), type ?? 'STD_EXCEPTION', text ?? message);
}

/** `exceptionCodeToHTTPStatus` of ClickHouse's HTTPHandler.cpp, as far as tests see it. */
export function httpStatus({ code }: Exception): number {
  const statuses: Record<number, number> = { 516: 403, 497: 403, 60: 404, 81: 404, 62: 400, 115: 400, 159: 408 };
  return statuses[code] ?? 500;
}
