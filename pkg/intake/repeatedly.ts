/** Runs a task at an interval, never twice at once, until the signal aborts; resolves when the last run has ended. */
export async function repeatedly(milliseconds: number, signal: AbortSignal, task: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const began = Date.now();
    await task();
    await pause(milliseconds - (Date.now() - began), signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.max(0, milliseconds));
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
