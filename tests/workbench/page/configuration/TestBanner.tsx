import { Alert, Collapse } from '@grafana/ui';
import { useEffect, useRef, useState } from 'react';

/** What "Save & test" found; Grafana knows these two keys of `details`. */
export interface TestOutcome {
  severity: 'success' | 'error';
  message: string;
  details?: { verboseMessage?: string; errorLink?: string };
}

export function TestBanner({ outcome }: { outcome: TestOutcome }) {
  const [open, setOpen] = useState(false);
  const { severity, message, details } = outcome;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Not as the effect's result: newer browsers answer with a promise, which React would call.
    void element.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <Alert ref={element} severity={severity} title={message} data-testid="test-banner">
      {details?.verboseMessage && (
        <Collapse label="Details" isOpen={open} onToggle={setOpen}>
          <pre>{details.verboseMessage}</pre>
        </Collapse>
      )}
      {details?.errorLink && (
        <a className="external-link" href={details.errorLink} target="_blank" rel="noreferrer">
          Read more
        </a>
      )}
    </Alert>
  );
}
