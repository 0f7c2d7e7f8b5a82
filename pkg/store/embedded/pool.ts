import { StoreError } from '../errors.ts';

/**
 * Hands out a fixed number of connections, first come first served. A connection runs one query at a time, so one that
 * is used by two callers would make the second wait inside the engine, where nothing can cancel it.
 */
export class Pool<Connection> {
  private readonly idle: Connection[];
  private readonly waiting: Array<(connection: Connection) => void> = [];
  private readonly replace: (failed: Connection) => Connection;

  /** `replace` gives the connection that takes the place of one whose work failed. */
  constructor(connections: Connection[], replace: (failed: Connection) => Connection) {
    this.idle = connections;
    this.replace = replace;
  }

  /** Runs `work` with a connection of its own; gives up waiting when the signal aborts. */
  async use<T>(signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.acquire(signal);
    let usable: Connection = connection;
    try {
      return await work(connection);
    } catch (error) {
      usable = this.replace(connection);
      throw error;
    } finally {
      this.release(usable);
    }
  }

  /** Empties the pool; the caller closes what it gets. Connections in use come back to a pool that nobody asks. */
  drain(): Connection[] {
    return this.idle.splice(0);
  }

  private acquire(signal: AbortSignal): Promise<Connection> {
    if (signal.aborted) {
      return Promise.reject(cancelled());
    }
    const connection = this.idle.pop();
    if (connection !== undefined) {
      return Promise.resolve(connection);
    }
    return new Promise((resolve, reject) => {
      const give = (free: Connection) => {
        signal.removeEventListener('abort', leave);
        resolve(free);
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(give), 1);
        reject(cancelled());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(give);
    });
  }

  private release(connection: Connection): void {
    const next = this.waiting.shift();
    if (next) {
      next(connection);
    } else {
      this.idle.push(connection);
    }
  }
}

function cancelled(): StoreError {
  return new StoreError('cancelled', 'The query was cancelled.');
}
