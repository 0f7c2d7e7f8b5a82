/** One finding of "Save & test". */
export interface Finding {
  /** `note` works, but should be looked at; `info` stands in the details alone. */
  kind: 'ok' | 'note' | 'failed' | 'info';
  text: string;
}

/** Names the node in a text that may begin with its name already. */
export function about(node: string, text: string): string {
  return text.startsWith(`${node} `) || text.startsWith(`${node}: `) ? text : `${node}: ${text}`;
}
