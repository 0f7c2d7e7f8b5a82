import { absolutePath, FieldError } from './fields.ts';

/** Reads a file of which the content is secret; throws as `readFileSync` does. */
export type ReadSecret = (path: string) => string;

/** The secret in the file that a setting names, without the newline that editors leave. Throws FieldError. */
export function secretFile(where: string, value: unknown, readSecret: ReadSecret): string {
  const path = absolutePath(where, value);
  let content: string;
  try {
    content = readSecret(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new FieldError(
      `${where}: ${path} cannot be read${code}; it must exist and be readable by the collector's user`
    );
  }
  const secret = content.replace(/[\r\n]+$/, '');
  if (secret === '') {
    throw new FieldError(`${where}: ${path} is empty; write the secret into it`);
  }
  return secret;
}
