import type { ResourceResponse } from '../../grafana/handlers.ts';

/** A resource's answer. */
export function json(value: unknown, status = 200): ResourceResponse {
  return { status, headers: { 'Content-Type': ['application/json'] }, body: JSON.stringify(value) };
}
