/** Clients that post what was made beforehand: as fast as they get their answers, or at given times. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Requests } from '../measurement.ts';
import { openConnection, requestMessage } from './connection.ts';
import type { Connection } from './connection.ts';

/** Requests under way at once, each on a connection of its own, as from so many Durable Objects. */
const CONNECTIONS = 64;
/** At given times a connection must never be what a request waits for. */
const CONNECTIONS_ON_TIME = 256;

export interface PreparedRequest {
  readonly env: string;
  readonly serviceKey: string;
  readonly workflowId: string;
  /** Events of this request. */
  readonly events: number;
  /** Events of its workflow up to here, this request included. */
  readonly eventsSoFar: number;
  readonly message: Buffer;
}

/** Makes what goes over the wire, so that the load itself costs little while it is measured. */
export function prepare(requests: Requests): PreparedRequest[] {
  const soFar = new Map<string, number>();
  return requests.map((request) => {
    const { env, serviceKey, workflowId } = request.events[0]!;
    const events = request.events.length;
    const eventsSoFar = (soFar.get(String(workflowId)) ?? 0) + events;
    soFar.set(String(workflowId), eventsSoFar);
    const message = requestMessage(JSON.stringify(request));
    return { env, serviceKey, workflowId: String(workflowId), events, eventsSoFar, message };
  });
}

/**
 * Posts all requests, each connection sending the next one as soon as it has its answer; a workflow waits for its answer
 * before it sends more, as the real client does. Resolves to the times to the answers, in milliseconds.
 *
 * @param mostPerSecond requests a second, at most
 * @throws where an answer is not 202
 */
export async function postAll(
  ingestUrl: string,
  requests: readonly PreparedRequest[],
  mostPerSecond = Infinity,
): Promise<number[]> {
  const connections = await openConnections(ingestUrl, CONNECTIONS);
  const turns = new WorkflowTurns();
  const latencies: number[] = [];
  let next = 0;
  const from = performance.now();
  const postInTurn = async (connection: Connection): Promise<void> => {
    for (let request = requests[next]; request !== undefined; request = requests[next]) {
      const early = from + (next / mostPerSecond) * 1_000 - performance.now();
      next += 1;
      if (early > 0) await pause(early);
      const { workflowId, message } = request;
      await turns.take(workflowId, async () => {
        const begun = performance.now();
        expectAccepted(await connection.send(message));
        latencies.push(performance.now() - begun);
      });
    }
  };
  try {
    await Promise.all(connections.map(postInTurn));
  } finally {
    for (const connection of connections) connection.close();
  }
  return latencies;
}

export interface PostedOnTime {
  /** From when each request was due (or its workflow free) to its answer, milliseconds. */
  readonly latencies: readonly number[];
  /** From the beginning to the last answer. */
  readonly seconds: number;
}

/**
 * Posts each request at its time, whether or not earlier ones were answered: where the service is slow, requests do not
 * wait for it unseen. A workflow still waits for its own answer.
 *
 * @param dueMs when each is due, milliseconds from now, ascending
 * @param onAnswer called with each request when it is answered
 * @throws where an answer is not 202
 */
export async function postOnTime(
  ingestUrl: string,
  requests: readonly PreparedRequest[],
  dueMs: readonly number[],
  onAnswer: (request: PreparedRequest) => void = () => {},
): Promise<PostedOnTime> {
  const connections = await openConnections(ingestUrl, CONNECTIONS_ON_TIME);
  const free = [...connections];
  const waiting: ((connection: Connection) => void)[] = [];
  const reopen = async (): Promise<Connection> => {
    const [connection] = await openConnections(ingestUrl, 1);
    connections.push(connection!);
    return connection!;
  };
  const turns = new WorkflowTurns();
  const latencies: number[] = [];
  const begun = performance.now();
  const send = (request: PreparedRequest, due: number): Promise<void> =>
    turns.take(request.workflowId, async (isFirst) => {
      const since = isFirst ? due : Math.max(due, performance.now());
      const idle = free.pop() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)));
      // At a low rate some wait so long for their turn that the service has closed them.
      const connection = idle.isOpen ? idle : await reopen();
      expectAccepted(await connection.send(request.message));
      latencies.push(performance.now() - since);
      const other = waiting.shift();
      if (other === undefined) free.push(connection);
      else other(connection);
      onAnswer(request);
    });
  try {
    const sends: Promise<void>[] = [];
    for (const [index, request] of requests.entries()) {
      const due = begun + dueMs[index]!;
      while (performance.now() < due) await pause(due - performance.now());
      sends.push(send(request, due));
    }
    await Promise.all(sends);
    return { latencies, seconds: (performance.now() - begun) / 1_000 };
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Requests of one workflow go one after another. */
class WorkflowTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** @param work told whether nothing was under way for this workflow */
  take(workflowId: string, work: (isFirst: boolean) => Promise<void>): Promise<void> {
    const before = this.#last.get(workflowId);
    const own = before === undefined ? work(true) : before.then(() => work(false));
    this.#last.set(workflowId, own);
    return own;
  }
}

function openConnections(ingestUrl: string, count: number): Promise<Connection[]> {
  const { hostname, port } = new URL(ingestUrl);
  return Promise.all(Array.from({ length: count }, () => openConnection(hostname, Number(port))));
}

function expectAccepted(status: number): void {
  if (status !== 202) throw new Error(`The ingest service answered ${status}: this run measures nothing.`);
}
