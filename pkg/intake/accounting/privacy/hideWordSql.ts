import { literal } from '../../../store/sql.ts';
import { replyCodes } from './addresses.ts';

/**
 * `sender_hidden`: as a lambda over one value, because the engine computes the parts of a plain conditional expression
 * anew at each place where it needs them.
 */
export function hiddenMailbox(): string {
  const word = hideWordSql('mailbox', 'needle', 'tag', 'hidden');
  const parts = ['sender_mailbox', 'sender_needle', 'sender_tag', 'sender_replacement'].map((part) => `[${part}]`);
  return `arrayMap((mailbox, needle, tag, hidden) -> ${word}, ${parts.join(', ')})[1] AS sender_hidden`;
}

/**
 * `hideWord`; the arguments are names. The text is split at the word in lower case and put together again from its own
 * bytes: a regular expression of each record would have to be compiled, at 70 µs. The mark is no byte of UTF-8.
 */
export function hideWordSql(text: string, needle: string, tag: string, hidden: string): string {
  const pieces = `splitByChar('\\xff', replaceAll(lower(${text}), ${needle}, '\\xff'))`;
  const ends = `arrayCumSum(piece -> length(piece) + length(${needle}), ${pieces})`;
  const start = `end - length(${needle})`;
  const pair = literal('^[0-9A-Za-z]{2}$');
  const isInside = `match(substring(${text}, ${start}, 2), ${pair}) OR match(substring(${text}, end, 2), ${pair})`;
  const isCode = `${start} < length(extract(${text}, ${literal(`(${replyCodes})`)}))`;
  const skipped = `if(number > 1 AND startsWith(piece, ${tag}), length(${tag}), 0)`;
  const kept = `substring(${text}, ${start} - length(piece) + ${skipped} + 1, length(piece) - ${skipped})`;
  const word = `multiIf(end > length(${text}), '', ${isInside} OR ${isCode}, substring(${text}, ${start} + 1, length(${needle})), ${hidden})`;
  const parts = `arrayMap((piece, end, number) -> concat(${kept}, ${word}), ${pieces}, ${ends}, arrayEnumerate(${pieces}))`;
  return `if(${needle} != '' AND positionCaseInsensitive(${text}, ${needle}) > 0, arrayStringConcat(${parts}), ${text})`;
}
