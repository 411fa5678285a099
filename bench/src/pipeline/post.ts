import http from 'node:http';
import type { Requests } from '../measurement.ts';

/** Requests under way at once, each on a connection of its own, as from so many Durable Objects. */
const CONCURRENCY = 64;

/**
 * Posts all requests, each connection taking the next one as soon as it has its answer. Resolves to the times to the
 * answers, in milliseconds.
 *
 * @throws where an answer is not 202
 */
export async function postAll(ingestUrl: string, requests: Requests): Promise<number[]> {
  const target = new URL('/v1/events', ingestUrl);
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const latencies: number[] = [];
  const bodies = requests.map((request) => JSON.stringify(request));
  let next = 0;
  const connection = async (): Promise<void> => {
    for (let body = bodies[next]; body !== undefined; body = bodies[next]) {
      next += 1;
      const begun = performance.now();
      const status = await postOne(target, agent, body);
      if (status !== 202) throw new Error(`The ingest service answered ${status}: this run measures nothing.`);
      latencies.push(performance.now() - begun);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, connection));
    return latencies;
  } finally {
    agent.destroy();
  }
}

function postOne(target: URL, agent: http.Agent, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const request = http.request(target, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(text);
  });
}
