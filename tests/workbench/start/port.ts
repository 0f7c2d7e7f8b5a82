import { once } from 'node:events';
import { createServer } from 'node:net';

import { Problem } from './problem.ts';

const defaultPort = 3001;

/** The port of `PORT`, 3001 where it is not set. */
export function portOf({ PORT }: NodeJS.ProcessEnv): number {
  if (PORT === undefined || PORT === '') {
    return defaultPort;
  }
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Problem(`PORT="${PORT}" is no port; it is a number from 1 to 65535.`);
  }
  return port;
}

/** Says so before anything is started where another program listens there. */
export async function checkPort(port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? `Port ${port} is in use.` : `Port ${port} cannot be used: ${message}.`;
    throw new Problem(`${why} Choose another: PORT=${port + 1} npm start`);
  }
  server.close();
  await once(server, 'close');
}
