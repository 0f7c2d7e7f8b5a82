/** Longer texts fill the panel's corner and the log, and say no more. */
const maxLength = 2000;

/** A shorter secret would be replaced inside ordinary words. */
const minSecretLength = 4;

/**
 * What a thrown value may show: its message without stack, with every secret replaced, never empty. Well-formed
 * Unicode, because Grafana refuses a whole response that has one string with half a surrogate pair in it.
 */
export function errorText(error: unknown, secrets: Iterable<string> = []): string {
  const message = error instanceof Error ? error.message : String(error);
  const text = withoutSecrets(message.split(/\r?\n\s+at /)[0] ?? '', secrets).trim();
  return (text || 'unknown error').slice(0, maxLength).toWellFormed();
}

/** The stack for the log, with every secret replaced; empty where there is none. */
export function errorStack(error: unknown, secrets: Iterable<string> = []): string {
  return error instanceof Error ? withoutSecrets(error.stack ?? '', secrets) : '';
}

function withoutSecrets(text: string, secrets: Iterable<string>): string {
  let result = text;
  for (const secret of secrets) {
    if (secret.length >= minSecretLength) {
      result = result.replaceAll(secret, '[secret]');
    }
  }
  return result;
}
