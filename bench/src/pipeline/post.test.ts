import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { postAll, postOnTime, prepare } from './post.ts';
import { requestsOf } from '../workload.ts';
import type { Requests } from '../measurement.ts';

/** An endpoint that answers 202 when it is told to, and what it has seen. */
async function withEndpoint(
  mayAnswer: (received: number) => boolean,
  work: (url: string, seen: { ids: string[]; mostOfOneWorkflow: number }) => Promise<void>,
): Promise<void> {
  const seen = { ids: [] as string[], mostOfOneWorkflow: 0 };
  const open = new Map<string, number>();
  const held: (() => void)[] = [];
  const server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (part: string) => (text += part));
    incoming.on('end', () => {
      const { events } = JSON.parse(text) as Requests[number];
      const workflowId = String(events[0]!.workflowId);
      seen.ids.push(...events.map(({ eventId }) => eventId));
      open.set(workflowId, (open.get(workflowId) ?? 0) + 1);
      seen.mostOfOneWorkflow = Math.max(seen.mostOfOneWorkflow, open.get(workflowId)!);
      held.push(() => {
        open.set(workflowId, open.get(workflowId)! - 1);
        outgoing.writeHead(202, { 'content-length': 2 }).end('{}');
      });
      if (mayAnswer(held.length)) for (const answer of held.splice(0)) setImmediate(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const idsOf = (requests: Requests): string[] => requests.flatMap(({ events }) => events.map(({ eventId }) => eventId));

test('every request is posted once, and a workflow waits for its answer', async () => {
  const requests = requestsOf(1, 600);
  const once = (): boolean => true;
  await withEndpoint(once, async (url, seen) => {
    expect(await postAll(url, prepare(requests))).toHaveLength(requests.length);
    expect(seen.ids.sort()).toEqual(idsOf(requests).sort());
    expect(seen.mostOfOneWorkflow).toBe(1);
  });
});

test('at given times nobody waits for the answers of others', async () => {
  const firstOfEach = new Map(requestsOf(1, 600).map((request) => [request.events[0]!.workflowId, request]));
  const requests = [...firstOfEach.values()].slice(0, 30);
  // Nothing is answered before everything has come: who waited for an answer would wait for ever.
  await withEndpoint(
    (received) => received === requests.length,
    async (url, seen) => {
      const { latencies } = await postOnTime(
        url,
        prepare(requests),
        requests.map((_, index) => index),
      );
      expect(latencies).toHaveLength(requests.length);
      expect(seen.ids.sort()).toEqual(idsOf(requests).sort());
    },
  );
});

test('a connection that the service has closed meanwhile is opened anew', async () => {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((incoming, outgoing) => {
    // The first request closes all that wait for their turn.
    requests += 1;
    if (requests === 1) for (const socket of sockets) if (socket !== incoming.socket) socket.destroy();
    incoming.resume().on('end', () => outgoing.writeHead(202, { 'content-length': 2 }).end('{}'));
  }).on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const prepared = prepare(requestsOf(1, 200)).slice(0, 8);
  const dueMs = prepared.map((_, index) => (index === 0 ? 0 : 500));
  expect((await postOnTime(url, prepared, dueMs)).latencies).toHaveLength(8);
  expect(requests).toBe(8);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('an answer that is no 202 ends the run', async () => {
  const server = createServer((_, outgoing) => void outgoing.writeHead(503, { 'content-length': 2 }).end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(postAll(url, prepare(requestsOf(1, 10)))).rejects.toThrow('answered 503');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
