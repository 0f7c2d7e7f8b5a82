import type { Frame } from '../frames/frame.ts';
import type { QueryContext } from './context.ts';
import { runEvents } from './events.ts';
import { runHistory } from './history.ts';
import { runLive } from './live.ts';
import { runLogs } from './logs.ts';
import type { Query } from './model.ts';

/** Answers a valid query with frames; throws QueryError, StoreError, AllNodesFailed or the signal's reason. */
export function runQuery(query: Query, context: QueryContext): Promise<Frame[]> {
  switch (query.queryType) {
    case 'events':
      return runEvents(query, context);
    case 'history':
      return runHistory(query, context);
    case 'live':
      return runLive(query, context);
    case 'logs':
      return runLogs(query, context);
  }
}
