/**
 * A cluster of one server, for an engine that knows neither replication nor Distributed: the tables become plain ones, and
 * Distributed an Alias. What it shows is that all statements fit together, not that replication works.
 */
export function onOneServer(sql: string): string {
  if (/^\s*SYSTEM SYNC REPLICA\b/.test(sql)) {
    return 'SELECT 1';
  }
  return sql
    .replace(/ ON CLUSTER '[^']*'/, '')
    .replace(/ AS \S+\s+ENGINE = Distributed\('[^']*', ('[^']*', '[^']*'), [^\n]*\)$/, ' ENGINE = Alias($1)')
    .replace(
      /ENGINE = Replicated(\w+)\('[^']*', '[^']*'(?:, )?([^)]*)\)/,
      (_, engine: string, rest: string) => `ENGINE = ${engine}${rest ? `(${rest})` : ''}`
    )
    .replace(
      /SETTINGS replicated_deduplication_window = (\d+), replicated_deduplication_window_seconds = \d+/,
      'SETTINGS non_replicated_deduplication_window = $1'
    );
}
