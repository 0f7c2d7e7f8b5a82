/** Equal for two series that Grafana cannot tell apart: same name, same labels in any order. */
export function seriesKey(name: string, labels: Record<string, string> = {}): string {
  return JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
