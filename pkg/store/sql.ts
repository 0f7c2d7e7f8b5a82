/** SQL text of a string constant. Only for what is not a value of a user: paths, names of columns. */
export function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** UTC milliseconds as a row's DateTime64(3, 'UTC') takes them. */
export function timeValue(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}

/** SQL text of an identifier. */
export function identifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}
