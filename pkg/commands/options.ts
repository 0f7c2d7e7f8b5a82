import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Options of a command that cannot be used. */
export class OptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OptionError';
  }
}

/** Reads a command's options; throws OptionError for one that is not known or lacks its value. */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

/** Runs a command: wrong options print its usage and give 2, as the shell's own commands do. */
export async function withUsage(usage: string, args: string[], run: () => Promise<number>): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    return await run();
  } catch (error) {
    if (error instanceof OptionError) {
      process.stderr.write(`${error.message}\n\n${usage}`);
      return 2;
    }
    throw error;
  }
}
