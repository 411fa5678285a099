import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Sends bytes of HTTP by hand: the load shares the cores with what it measures, so it has to be light. */
export interface Connection {
  /** false: the service has closed it, as it does with one on which nothing came for some seconds. */
  readonly isOpen: boolean;
  /** Resolves to the status of the answer. One request at a time. */
  post(body: string): Promise<number>;
  /** The same with a request that was made beforehand. */
  send(message: Buffer): Promise<number>;
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
  const send = (message: Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      // What is written to a closed one is never answered, and never refused.
      if (socket.closed) fail();
      else socket.write(message);
    });
  return {
    get isOpen() {
      return !socket.closed && !socket.readableEnded;
    },
    send,
    post: (body) => send(requestMessage(body)),
    close: () => socket.destroy(),
  };
}

/** A request as it goes over the wire, whatever the address. */
export function requestMessage(body: string): Buffer {
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `POST /v1/events HTTP/1.1\r\nHost: ingest\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
  );
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
