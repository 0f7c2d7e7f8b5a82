/** How a variable's values are written into a text (grafana.com/docs: "Advanced variable format options"). */
export function format(name: string, value: unknown, style = 'glob'): string {
  const values = (Array.isArray(value) ? value : [value]).map(String);
  switch (style) {
    case 'raw':
    case 'csv':
    case 'text':
      return values.join(',');
    case 'pipe':
      return values.join('|');
    case 'regex':
      return values.length === 1 ? escapeRegex(values[0]) : `(${values.map(escapeRegex).join('|')})`;
    case 'json':
      return JSON.stringify(Array.isArray(value) ? values : value);
    case 'singlequote':
      return values.map((item) => `'${item.replaceAll("'", "\\'")}'`).join(',');
    case 'doublequote':
      return values.map((item) => `"${item.replaceAll('"', '\\"')}"`).join(',');
    case 'sqlstring':
      return values.map((item) => `'${item.replaceAll("'", "''")}'`).join(',');
    case 'percentencode':
      return encodeURIComponent(values.length === 1 ? (values[0] ?? '') : `{${values.join(',')}}`);
    case 'queryparam':
      return values.map((item) => `var-${name}=${encodeURIComponent(item)}`).join('&');
    case 'glob':
      return values.length === 1 ? (values[0] ?? '') : `{${values.join(',')}}`;
    default:
      throw new Error(`The workbench does not know the variable format "${style}" (of $${name}).`);
  }
}

function escapeRegex(text = ''): string {
  return text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}
