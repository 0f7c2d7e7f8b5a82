import { writeSync } from 'node:fs';
import { LiveCalls } from './calls.ts';
import { errorStack, errorText } from './errorText.ts';
import type { PluginHandlers } from './handlers.ts';
import { handshakeLine, notStartedByGrafana, refusal } from './handshake.ts';
import { bindLifetime } from './lifetime.ts';
import { listen, socketParent } from './listen.ts';
import { log, type Logger } from './log.ts';
import { removeStaleSockets } from './staleSockets.ts';
import { redirectOutput } from './stdout.ts';

/**
 * Runs this process as Grafana's plugin until Grafana stops it. `create` makes the handlers; it runs after the
 * handshake, so what it loads and opens does not delay the start, and calls wait for it. Where it fails, every call is
 * answered with its error: a process that exits would be started again each second.
 *
 * Grafana's connection is accepted while the gRPC server is still loading, which takes longer than the handshake.
 */
export async function serve(create: (log: Logger) => PluginHandlers | Promise<PluginHandlers>): Promise<void> {
  const advice = notStartedByGrafana(process.env);
  if (advice) {
    writeSync(2, advice);
    process.exit(1);
  }
  redirectOutput(log);
  const reason = refusal(process.env);
  if (reason) {
    log.error(reason);
    process.exit(1);
  }

  const calls = new LiveCalls();
  const created = Promise.withResolvers<PluginHandlers>();
  created.promise.catch((error: unknown) =>
    log.error(`The plugin cannot work: ${errorText(error)}`, { stack: errorStack(error) })
  );

  const parent = socketParent(process.env);
  const listener = await listen(parent, log);
  process.on('exit', listener.cleanUp);
  const stop = bindLifetime(log, async () => {
    listener.server.close();
    calls.abort();
    await Promise.all([
      server.then((s) => s.close()),
      created.promise.then(
        (handlers) => handlers.shutdown(),
        () => undefined
      ),
    ]);
  });
  writeSync(1, handshakeLine(listener));

  const server = import('./server.ts').then(({ createPluginServer }) =>
    createPluginServer({ handlers: created.promise, calls, log }, () => stop('the host asked for it'))
  );
  listener.server.on('connection', async (socket) => (await server).accept(socket));
  await server;
  created.resolve((async () => create(log))());
  await removeStaleSockets(parent);
}
