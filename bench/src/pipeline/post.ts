import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Requests under way at once, each on a connection of its own, as from so many Durable Objects. */
const CONCURRENCY = 64;

/**
 * Posts all bodies, each connection sending the next one as soon as it has its answer. Resolves to the times to the
 * answers, in milliseconds.
 *
 * It writes HTTP to the sockets by hand: the load shares the cores with what it measures, so it has to be light.
 *
 * @throws where an answer is not 202
 */
export async function postAll(ingestUrl: string, bodies: readonly string[]): Promise<number[]> {
  const { hostname, port } = new URL(ingestUrl);
  const latencies: number[] = [];
  let next = 0;
  const postInTurn = async (): Promise<void> => {
    const connection = await openConnection(hostname, Number(port));
    try {
      for (let body = bodies[next]; body !== undefined; body = bodies[next]) {
        next += 1;
        const begun = performance.now();
        const status = await connection.post(body);
        if (status !== 202) throw new Error(`The ingest service answered ${status}: this run measures nothing.`);
        latencies.push(performance.now() - begun);
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, postInTurn));
  return latencies;
}

export interface Connection {
  /** Resolves to the status of the answer. One request at a time. */
  post(body: string): Promise<number>;
  close(): void;
}

/** @throws where nobody listens there */
export async function openConnection(host: string, port: number): Promise<Connection> {
  const socket = await connected(host, port);
  let received = '';
  let waiting: WaitingRequest | null = null;
  const fail = (error?: Error): void =>
    waiting?.reject(error ?? new Error('The ingest service closed the connection.'));
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
    const status = completeAnswer(received);
    if (status === null) return;
    received = '';
    waiting?.resolve(status);
  });
  socket.on('error', fail);
  socket.on('close', () => fail());
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        const length = Buffer.byteLength(body);
        socket.write(
          `POST /v1/events HTTP/1.1\r\nHost: ${host}:${port}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
        );
      }),
    close: () => socket.destroy(),
  };
}

interface WaitingRequest {
  resolve(status: number): void;
  reject(error: Error): void;
}

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** The status of an answer that has arrived in full (0 where it names no length), or null while more is to come. */
function completeAnswer(text: string): number | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const head = text.slice(0, headEnd);
  const length = /^content-length: *(\d+)/im.exec(head);
  if (length === null) return 0;
  if (text.length < headEnd + 4 + Number(length[1])) return null;
  return Number(head.split(' ', 2)[1]);
}
