import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Logger } from './logger.ts';

export { serveStatic } from '@hono/node-server/serve-static';

export interface HttpOptions {
  /** The application, a Hono app's fetch for example. `env` holds Node's own `incoming` and `outgoing`. */
  fetch: (request: Request, env: object) => Response | Promise<Response>;
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** The environment variable that sets the port, for the message when it is taken. */
  portVariable?: string;
  logger: Logger;
  /** From the first byte of a request to the last of its headers, milliseconds. Beyond: 408. */
  headersTimeoutMs?: number;
  /** From the first byte of a request to the last of its body, milliseconds. Beyond: 408. */
  requestTimeoutMs?: number;
}

export interface HttpServer {
  url: string;
  port: number;
  /**
   * Takes no new connection, ends the idle ones, lets requests that run finish for `graceMs` milliseconds (5,000 where
   * absent), then cuts them off. A second call waits for the first.
   */
  stop(graceMs?: number): Promise<void>;
}

const HEADER_BYTES = 16 * 1024; // beyond: 431
/** Longer than the 60 seconds of usual balancers: the side that picks a connection must not be the one that it closes on. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Serves an application over HTTP with bounds on headers and time.
 *
 * @throws one clear line where the address cannot be had
 */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const listener = getRequestListener((request, env) => options.fetch(request, env), {
    errorHandler: (error) => {
      if (error instanceof RequestError) return new Response(null, { status: 400 });
      options.logger.error({ error }, 'a request failed outside of the application');
      // Ours, whatever it is: the client may try again.
      return new Response(null, { status: 503 });
    },
  });
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: options.headersTimeoutMs ?? 10_000,
      requestTimeout: options.requestTimeoutMs ?? 60_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    (incoming, outgoing) => {
      // A server that has stopped listening lets each of its last answers end its connection.
      if (!server.listening) outgoing.setHeader('connection', 'close');
      void listener(incoming, outgoing);
    },
  );
  // A client that closes its side behind a request waits for the answer. Node's default is to hang up on it. The
  // property is not in Node's documentation, so a test holds it.
  Object.assign(server, { httpAllowHalfOpen: true });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${shownHost(options.host)}:${port}`,
    port,
    stop: (graceMs = 5_000) => (stopping ??= close(server, graceMs)),
  };
}

function listen(server: Server, options: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(listenFailure(error, options), { cause: error })),
    );
    server.listen({ port: options.port, host: options.host }, resolve);
  });
}

function listenFailure(error: NodeJS.ErrnoException, { host, port, portVariable }: HttpOptions): string {
  const variable = portVariable ?? 'its variable';
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program. Nothing was started. Stop that one, or set ${variable} to another port.`;
    case 'EACCES':
      return `Port ${port} on ${host} may not be used by this user. Nothing was started. Set ${variable} to a port above 1023.`;
    default:
      return `The address ${host}:${port} cannot be listened on (${error.code ?? error.message}). Nothing was started. Check HOST and ${variable}.`;
  }
}

/** As it stands in an address: what means every address of this machine is shown as one that can be asked. */
export function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // A connection that served its last request while we wait becomes an idle one, and would live on for KEEP_ALIVE_MS.
  const sweep = setInterval(() => server.closeIdleConnections(), 25);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
