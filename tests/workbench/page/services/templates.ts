import type { ScopedVars, TimeRange, TypedVariableModel } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';

import { dataContextValue } from './dataContext.ts';
import { format } from './templateFormat.ts';

/** A dashboard variable with its current value; several values where it is multi-valued. */
export interface VariableValue {
  name: string;
  value: string | string[];
  multi: boolean;
  includeAll: boolean;
}

/** A caller's own way of writing a value; the variable is missing for values of one panel or row. */
type FormatFunction = (value: unknown, variable: Partial<VariableValue>) => unknown;

/** `$name`, `[[name:format]]`, `${name.field:format}`: the three spellings of Grafana. */
const reference = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}/g;

let variables: VariableValue[] = [];
let models: TypedVariableModel[] = [];
let range: TimeRange | undefined;

/** What the dashboard on screen has chosen. */
export function setVariables(chosen: VariableValue[], described: TypedVariableModel[]): void {
  variables = chosen;
  models = described;
}

function declared(name: string): VariableValue | undefined {
  return variables.find((variable) => variable.name === name);
}

/** The chosen values of one variable; none where there is no such variable. */
export function valuesOfVariable(name: string): string[] {
  return [declared(name)?.value ?? []].flat();
}

function builtIn(name: string): unknown {
  switch (name) {
    case '__from':
      return range?.from.valueOf();
    case '__to':
      return range?.to.valueOf();
    case '__url_time_range':
      return range && `from=${String(range.raw.from.valueOf())}&to=${String(range.raw.to.valueOf())}`;
    case '__all_variables':
      return variables.map(({ name: each, value }) => format(each, value, 'queryparam')).join('&');
    default:
      return undefined;
  }
}

function valueOf(name: string, field: string | undefined, scoped: ScopedVars): unknown {
  const local = scoped[name];
  if (local) {
    const held: unknown = local.value;
    if (field && typeof held === 'object' && held !== null) {
      return (held as Record<string, unknown>)[field];
    }
    return held;
  }
  return declared(name)?.value ?? builtIn(name) ?? dataContextValue(name, field ?? '', scoped);
}

function replace(target = '', scoped: ScopedVars = {}, style?: string | FormatFunction): string {
  return target.replace(reference, (match, bare, square, squareStyle, braced, field, bracedStyle) => {
    const name: string = bare ?? square ?? braced;
    const value = valueOf(name, field, scoped);
    if (value === undefined || value === null) {
      return match;
    }
    const wanted = squareStyle ?? bracedStyle ?? style;
    return typeof wanted === 'function' ? String(wanted(value, declared(name) ?? {})) : format(name, value, wanted);
  });
}

/** Grafana's `templateSrv` over the variables of the dashboard on screen. */
export const templateSrv: TemplateSrv = {
  getVariables: () => models,
  replace: (target, scoped, style) => replace(target, scoped, style as string | FormatFunction),
  containsTemplate: (target) => target !== undefined && target.search(reference) >= 0,
  updateTimeRange: (next) => {
    range = next;
  },
};
