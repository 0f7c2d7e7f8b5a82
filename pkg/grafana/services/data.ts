import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { readContext } from '../context.ts';
import { errorText } from '../errorText.ts';
import type { CallScope, DataQuery, DataResponse } from '../handlers.ts';
import { parseJson } from '../json.ts';
import type {
  DataResponseMessage,
  QueryDataRequestMessage,
  QueryDataResponseMessage,
  QueryMessage,
} from '../proto/messages.ts';
import { reportFailure, unary, type ServiceContext } from './service.ts';

/** Grafana's `Data` service. */
export function dataMethods(context: ServiceContext): UntypedServiceImplementation {
  return {
    QueryData: unary<QueryDataRequestMessage, QueryDataResponseMessage>(context, 'QueryData', (request, scope) =>
      queryData(context, request, scope)
    ),
  };
}

/** Answers every refId, each with its own error: an error of the whole call would blank the other panels' queries too. */
async function queryData(
  { handlers, log }: ServiceContext,
  request: QueryDataRequestMessage,
  scope: CallScope
): Promise<QueryDataResponseMessage> {
  const responses = new Map<string, DataResponseMessage>();
  const queries: DataQuery[] = [];
  for (const query of request.queries) {
    try {
      queries.push(readQuery(query));
    } catch (error) {
      responses.set(query.refId, failed(errorText(error), 400));
    }
  }
  try {
    const plugin = await handlers;
    const pluginContext = readContext(request.pluginContext);
    const answers =
      queries.length > 0
        ? await plugin.queryData({ context: pluginContext, headers: request.headers, queries }, scope)
        : new Map<string, DataResponse>();
    for (const { refId } of queries) {
      const answer = answers.get(refId);
      responses.set(refId, answer ? writeResponse(answer) : unanswered(refId));
    }
  } catch (error) {
    const text = reportFailure(log, 'QueryData', error, request, scope);
    for (const { refId } of queries) {
      responses.set(refId, failed(text, 500));
    }
  }
  return { responses: Object.fromEntries(responses) };
}

function readQuery(message: QueryMessage): DataQuery {
  return {
    refId: message.refId,
    queryType: message.queryType,
    maxDataPoints: message.maxDataPoints,
    intervalMs: message.intervalMS,
    fromMs: message.timeRange?.fromEpochMS ?? 0,
    toMs: message.timeRange?.toEpochMS ?? 0,
    json: parseJson(message.json, `Query ${message.refId}`) ?? {},
  };
}

/** Status is always set, because Grafana takes an absent one for 500. */
function writeResponse({ frames, error }: DataResponse): DataResponseMessage {
  if (!error) {
    return { frames, error: '', status: 200, errorSource: '' };
  }
  const status = Number.isInteger(error.status) && error.status >= 400 && error.status <= 599 ? error.status : 500;
  return { frames, error: errorText(error.message), status, errorSource: error.source };
}

function failed(error: string, status: number): DataResponseMessage {
  return { frames: [], error, status, errorSource: 'plugin' };
}

/** Server-side expressions take a missing answer for "no data", which hides the bug and silences alerts. */
function unanswered(refId: string): DataResponseMessage {
  return failed(`Query ${refId} was not answered. This is a bug of the plugin; please report it with the query.`, 500);
}
