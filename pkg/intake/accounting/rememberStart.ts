import type { Input } from './input.ts';

/** Keeps what is read first, so that looking at the beginning of a stream does not open it a second time. */
export function rememberStart(input: Input): Input {
  let start: Buffer | undefined;
  return {
    async read(buffer, position) {
      if (position === 0 && !start) {
        const length = await input.read(buffer, 0);
        start = Buffer.from(buffer.subarray(0, length));
        return length;
      }
      const kept = start && position < start.length ? start.copy(buffer, 0, position) : 0;
      return kept === buffer.length ? kept : kept + (await input.read(buffer.subarray(kept), position + kept));
    },
    close: () => input.close(),
  };
}
