import type { DataFrame, DataQueryError, QueryResultMetaNotice } from '@grafana/data';
import { Alert } from '@grafana/ui';

/** The notices of all frames, each once. */
export function noticesOf(frames: DataFrame[]): QueryResultMetaNotice[] {
  const notices = frames.flatMap((frame) => frame.meta?.notices ?? []);
  return [...new Map(notices.map((notice) => [`${notice.severity} ${notice.text}`, notice])).values()];
}

export function errorText(error: DataQueryError): string {
  return error.message ?? error.data?.message ?? 'The query failed.';
}

/** Errors of queries and notices of frames, as Explore shows them above the results. */
export function Messages({ errors, frames }: { errors: DataQueryError[]; frames: DataFrame[] }) {
  return (
    <>
      {errors.map((error, index) => (
        <Alert key={`error-${index}`} severity="error" title={`Query ${error.refId ?? ''} failed`}>
          {errorText(error)}
        </Alert>
      ))}
      {noticesOf(frames).map(({ severity, text, link }) => (
        <Alert key={`${severity} ${text}`} severity={severity} title={text}>
          {link && (
            <a className="external-link" href={link} target="_blank" rel="noreferrer">
              Read more
            </a>
          )}
        </Alert>
      ))}
    </>
  );
}
