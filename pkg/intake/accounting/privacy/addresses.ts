/** How addresses are found in texts, by RE2 in SQL and by JavaScript alike, and what takes the place of their local parts. */

/** 80 bits: no two of a billion addresses are likely to share one. */
export const hashBytes = 10;
export const redacted = 'redacted';
/** A shorter local part, standing alone in a text, is more often a word or a number of that text. */
export const shortestBare = 3;
const quotes = '\u00a0\u3000\u201c\u201d\u2018\u2019\u00ab\u00bb';
const delimiters = `\\x00-\\x20\\x7f<>()\\[\\],;:"@\\\\${quotes}`;
/** May stand inside a local part, but in front of one they belong to the text: `'joe@…'`, `to=joe@…`, `//joe@…`. */
const leading = "'`=*{|&\\/!~?^$%#";
const plainLocal = `[^${delimiters}${leading}][^${delimiters}]*`;
const quotedCharacter = (excluded: string) => `(?:[^"\\\\${excluded}]|\\\\[^\\x00-\\x1f])`;
const quotedLocal = `"${quotedCharacter('\\x00-\\x20')}(?:${quotedCharacter('\\x00-\\x1f')}*${quotedCharacter('\\x00-\\x20')})?"`;
/** In the address of a web page, where a local part ends at the parameter. */
const encodedLocal = `[^${delimiters}${leading}][^${delimiters}=&?\\/]*`;
/** Characters of a label of a domain. */
export const label = '\\p{L}\\p{N}\\p{M}';
const domain = `[${label}](?:[${label}._-]*[${label}])?|\\[[^\\]\\x00-\\x20<>@%]+\\]`;
/** Addresses run together count as one up to the last `@`, or the next local part would pass as the end of a domain. */
const anyLocal = `(?:${quotedLocal}|${plainLocal})(?:@[^${delimiters}]+)*`;
/** An address in a text, for RE2 and for JavaScript; without groups, which would make RE2 many times slower. */
export const addressPattern = `(?:${anyLocal}@|${encodedLocal}%40)(?:${domain})`;
/** Codes that a local part made of digits must not take out of a reply. */
export const replyCodes = '^(?:smtp|x-[a-z]+);[ \\t]*(?:\\d{3})?(?:[ -]\\d\\.\\d{1,3}\\.\\d{1,3})?';
