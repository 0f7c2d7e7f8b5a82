export interface CollectorLog {
  info(message: string): void;
  warn(message: string): void;
}

/** What a task has to say; an empty message says that it works. */
export type Report = (task: string, message: string) => void;

/** Logs what has changed: a task that fails every second must not fill the log, and one that works again says so. */
export function changes(log: CollectorLog): Report {
  const last = new Map<string, string>();
  return (task, message) => {
    const before = last.get(task) ?? '';
    if (message && message !== before) {
      log.warn(`${task}: ${message}`);
    } else if (!message && before) {
      log.info(`${task}: works again`);
    }
    last.set(task, message);
  };
}
