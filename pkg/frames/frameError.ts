import type { Frame } from './frame.ts';

const LONGEST_NAME = 80;

/** A frame that Grafana would refuse or spoil. The message names query, frame and field, and what to change. */
export class FrameError extends Error {
  override readonly name = 'FrameError';

  /** `problem` is a sentence part without the final stop; `fieldIndex` is left out where the whole frame is meant. */
  constructor(frame: Frame, problem: string, fieldIndex?: number) {
    const field = fieldIndex === undefined ? undefined : frame.fields[fieldIndex];
    const places = [
      frame.name ? `frame ${quoted(frame.name)}` : 'frame',
      frame.refId ? ` of query ${quoted(frame.refId)}` : '',
      field === undefined ? '' : `, field ${fieldIndex} ${quoted(field.name)}`,
    ];
    super(`${places.join('')}: ${problem}`);
  }
}

/** Names can come from outside: quoting keeps line breaks out of logs, the bound keeps messages readable. */
function quoted(name: string): string {
  return JSON.stringify(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name);
}
