/** A client of which every byte and every pause is ours, over a plain socket. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** end: our side is closed and we still listen. destroy: the connection is torn down. deaf: nothing is read from here on. */
export type Step = Buffer | { waitMs: number } | 'end' | 'destroy' | 'deaf';

export interface Answer {
  status: number;
  body: string;
}

export interface Exchange {
  /** Final answers, in order; 1xx are left out. */
  answers: Answer[];
  ended: 'answered' | 'closed' | 'too late';
}

export interface Wire {
  steps: readonly Step[];
  /** How many answers are waited for; 1 where absent. */
  wanted?: number;
  /** The method is HEAD: answers have no body. */
  isHead?: boolean;
  timeoutMs?: number;
}

/** Sends and listens until all wanted answers are there, the service closes, or the bound is reached. Never throws. */
export function exchange(
  port: number,
  { steps, wanted = 1, isHead = false, timeoutMs = 90_000 }: Wire,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const chunks: Buffer[] = [];
    const finish = (ended: Exchange['ended']): void => {
      clearTimeout(timer);
      const { answers } = readAnswers(Buffer.concat(chunks), isHead);
      socket.removeAllListeners().on('error', () => {});
      socket.destroy();
      resolve({ answers, ended });
    };
    const timer = setTimeout(() => finish('too late'), timeoutMs);
    let size = 0;
    let looksAt = 0;
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      // A large answer comes in many pieces, and reading it from the start each time would take longer than the service does.
      if (size < looksAt) return;
      const { answers, needs } = readAnswers(Buffer.concat(chunks), isHead);
      if (answers.length >= wanted) finish('answered');
      else looksAt = needs;
    });
    socket.on('end', () => finish('closed'));
    socket.on('close', () => finish('closed'));
    socket.on('error', () => {}); // a close follows
    socket.on('connect', () => void send(socket, steps));
  });
}

async function send(socket: Socket, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return;
    if (step === 'end') socket.end();
    else if (step === 'destroy') socket.destroy();
    else if (step === 'deaf') socket.pause();
    else if (Buffer.isBuffer(step)) socket.write(step);
    else await pause(step.waitMs);
  }
}

/** All bytes of a request in one, as `nc` would send them again. */
export function bytesOf(steps: readonly Step[]): Buffer {
  return Buffer.concat(steps.filter((step): step is Buffer => Buffer.isBuffer(step)));
}

/** @returns the complete answers, and how many bytes there must be before looking again is worth it */
function readAnswers(bytes: Buffer, isHead: boolean): { answers: Answer[]; needs: number } {
  const answers: Answer[] = [];
  let from = 0;
  for (;;) {
    const headEnd = bytes.indexOf('\r\n\r\n', from);
    if (headEnd < 0) return { answers, needs: 0 };
    const head = bytes.toString('latin1', from, headEnd);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    const isChunked = /^transfer-encoding: *chunked/im.test(head);
    const start = headEnd + 4;
    let end = start;
    let body = '';
    if (!isHead && isChunked) {
      const read = readChunks(bytes, start);
      if (read === null) return { answers, needs: 0 };
      ({ body, end } = read);
    } else if (!isHead && length !== undefined) {
      end = start + Number(length);
      if (end > bytes.length) return { answers, needs: end };
      body = bytes.toString('utf8', start, end);
    }
    if (status >= 200 || status === 0) answers.push({ status, body });
    from = end;
  }
}

function readChunks(bytes: Buffer, start: number): { body: string; end: number } | null {
  const parts: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (next > bytes.length) return null;
    if (size === 0) return { body: Buffer.concat(parts).toString('utf8'), end: next };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
