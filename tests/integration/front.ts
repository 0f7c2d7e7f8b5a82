import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in front of the workbench's bridge as Grafana stands in front of its plugins: knows tokens, and can go away. */
export interface Front {
  url: string;
  /** Drops all connections and refuses new ones, until `back`. */
  away(): Promise<void>;
  back(): Promise<void>;
  /** Requests are done, but the answers of the next ones are lost with the connection. */
  loseAnswers(count: number): void;
  close(): Promise<void>;
}

/** Roles by token, as service accounts have them. */
const roles: Readonly<Record<string, string>> = { 'editor-token': 'Editor', 'viewer-token': 'Viewer' };

/** Starts a front on 127.0.0.1 that passes everything on to the bridge. */
export async function startFront(bridge: string): Promise<Front> {
  let lost = 0;
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;

  async function listen(at: number): Promise<Server> {
    const created = createServer((request, response) => {
      const role = roles[/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''];
      if (!role) {
        request.resume();
        response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"message":"Invalid API key"}');
        return;
      }
      const options = { method: request.method, headers: { ...request.headers, 'x-workbench-role': role } };
      const passed = httpRequest(`${bridge}${request.url}`, options, (answer) => {
        if (lost > 0) {
          lost--;
          answer.resume().on('end', () => response.destroy());
          return;
        }
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      passed.on('error', () => response.destroy());
      // Grafana gives up on what nobody waits for.
      response.on('close', () => passed.destroy());
      request.pipe(passed);
    });
    await new Promise<void>((resolve, reject) => {
      created.once('error', reject);
      created.listen(at, '127.0.0.1', resolve);
    });
    return created;
  }

  async function away(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    away,
    async back() {
      server = await listen(port);
    },
    loseAnswers(count) {
      lost = count;
    },
    close: away,
  };
}
