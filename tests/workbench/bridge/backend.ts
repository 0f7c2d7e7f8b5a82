import { setTimeout as delay } from 'node:timers/promises';

import { PluginClient, type StartOptions } from '../../protocol/client.ts';
import { HttpError } from './http.ts';

/** Grafana looks once a second whether a plugin is still there. */
const restartAfterMs = 1000;

/** The plugin's process, started again whenever it ends by itself, as Grafana does. */
export class Backend {
  readonly #executable: string;
  readonly #options: StartOptions;
  readonly #stopping = new AbortController();
  #client: PluginClient | undefined;

  private constructor(executable: string, options: StartOptions) {
    this.#executable = executable;
    this.#options = options;
  }

  /** Rejects where the first start fails: a plugin that never came up is not started again by Grafana either. */
  static async start(executable: string, options: StartOptions): Promise<Backend> {
    const backend = new Backend(executable, options);
    await backend.#launch();
    return backend;
  }

  /** The running plugin; HTTP 500 while there is none. */
  get client(): PluginClient {
    if (!this.#client) {
      throw new HttpError(500, 'Plugin unavailable');
    }
    return this.#client;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#client?.stop();
  }

  async #launch(): Promise<void> {
    const client = await PluginClient.start(this.#executable, this.#options);
    this.#client = client;
    client.process.exited.then(() => this.#relaunch(client)).catch((error: unknown) => this.#report(error));
  }

  async #relaunch(ended: PluginClient): Promise<void> {
    this.#client = undefined;
    if (!this.#stopping.signal.aborted) {
      ended.close();
      this.#report(`The plugin has ended; it starts again in ${restartAfterMs} ms.`);
      await delay(restartAfterMs, undefined, { signal: this.#stopping.signal });
      await this.#launch();
    }
  }

  #report(cause: unknown): void {
    if (!this.#stopping.signal.aborted) {
      this.#options.onLog?.(String(cause));
    }
  }
}
