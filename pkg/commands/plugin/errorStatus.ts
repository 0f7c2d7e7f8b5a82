import { PmtaError } from '../../pmta/error.ts';
import { QueryError } from '../../query/error.ts';
import { AllNodesFailed } from '../../query/live.ts';
import { SettingsError } from '../../settings/validate.ts';
import { StoreError } from '../../store/errors.ts';

/**
 * HTTP status of an error whose message tells the user what to do about it; undefined for all others, which are faults
 * of the plugin.
 */
export function errorStatus(error: unknown): number | undefined {
  if (error instanceof QueryError) {
    return error.status;
  }
  if (error instanceof StoreError) {
    return storeStatus[error.code] ?? 500;
  }
  if (error instanceof PmtaError || error instanceof AllNodesFailed) {
    return 502;
  }
  return error instanceof SettingsError ? 400 : undefined;
}

const storeStatus: Partial<Record<StoreError['code'], number>> = {
  opening: 503,
  locked: 503,
  unwritable: 503,
  damaged: 503,
  unsupported: 503,
  unreachable: 502,
  tls: 502,
  denied: 502,
  'read-only': 503,
  'too-many-parts': 503,
  unavailable: 503,
  'disk-full': 503,
  timeout: 504,
  cancelled: 499,
  memory: 422,
  'too-many-rows': 422,
  regex: 400,
};
