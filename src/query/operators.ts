import { type FilterOperator } from '../../pkg/query/model.ts';

/** Whether the operator compares with every one of several values. */
export function takesList(operator: FilterOperator): boolean {
  return operator === '=|' || operator === '!=|';
}

/** Whether the operator takes a text of its own, a pattern or a number, instead of a value that is stored. */
export function takesText(operator: FilterOperator): boolean {
  return operator === '=~' || operator === '!~' || operator === '<' || operator === '>';
}
