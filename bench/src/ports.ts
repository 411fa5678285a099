import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

/** Below the range that systems give to outgoing connections: one of those must not take the port of a server that is down. */
const PORTS = { least: 12_000, most: 30_000 };

/** A port of 127.0.0.1 that nobody listens on, for a server that comes back where it was. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.least, PORTS.most);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether somebody listens there. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
