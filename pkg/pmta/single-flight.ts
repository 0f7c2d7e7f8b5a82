/** Runs one task a key at a time and lets every caller that asks meanwhile share it. */
export interface SingleFlight<K, V> {
  /**
   * Joins the task of this key or starts it. A caller that aborts leaves with its signal's reason while the others stay;
   * when the last one has left, the task is aborted too.
   */
  join(key: K, signal?: AbortSignal): Promise<V>;
  /** Aborts all tasks with this reason. */
  abort(reason: Error): void;
}

interface Flight<V> {
  result: Promise<V>;
  controller: AbortController;
  callers: number;
}

/** Creates an empty set of flights; `start` must end when its signal aborts. */
export function createSingleFlight<K, V>(start: (key: K, signal: AbortSignal) => Promise<V>): SingleFlight<K, V> {
  const flights = new Map<K, Flight<V>>();

  function forget(key: K, flight: Flight<V>): void {
    if (flights.get(key) === flight) {
      flights.delete(key);
    }
  }

  function takeOff(key: K): Flight<V> {
    const controller = new AbortController();
    const flight: Flight<V> = { result: start(key, controller.signal), controller, callers: 0 };
    flights.set(key, flight);
    const land = () => forget(key, flight);
    flight.result.then(land, land);
    return flight;
  }

  return {
    join(key, signal) {
      if (signal?.aborted) {
        return Promise.reject(signal.reason);
      }
      const flight = flights.get(key) ?? takeOff(key);
      flight.callers++;
      if (signal === undefined) {
        return flight.result;
      }
      const { promise, resolve, reject } = Promise.withResolvers<V>();
      const leave = () => {
        reject(signal.reason);
        flight.callers--;
        if (flight.callers === 0) {
          // Whoever asks from now on needs a new task, as this one only ends.
          forget(key, flight);
          flight.controller.abort(signal.reason);
        }
      };
      signal.addEventListener('abort', leave, { once: true });
      flight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
      return promise;
    },
    abort(reason) {
      for (const { controller } of flights.values()) {
        controller.abort(reason);
      }
      flights.clear();
    },
  };
}
