/** Asks the api as a script does: one question after the other over a connection that stays open. */
import { Agent, get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { quantile, spreadOf } from '../measurement.ts';
import type { Spread } from '../measurement.ts';
import { timed } from '../pipeline/processor-time.ts';

export interface Asked {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Processor time of api and PostgreSQL for an answer, whatever else the machine does. */
  readonly processorMs: number;
  /** The same, of each third of the answers by itself. */
  readonly processorSpread: Spread;
  /** Of the answer as it went over the wire. */
  readonly bytes: number;
  /** false: the search was stopped before the page was full, and said so. */
  readonly complete: boolean;
}

interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly bytes: number;
  readonly body: unknown;
}

export interface Asker {
  /** @throws where the answer is not 200 */
  ask(path: string): Promise<Answer>;
  close(): void;
}

/** @param url of the api */
export function openAsker(url: string): Asker {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ask: (path) =>
      new Promise((resolve, reject) => {
        const begun = performance.now();
        const request = get(new URL(path, url), { agent, headers: { 'accept-encoding': 'gzip' } }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const ms = performance.now() - begun;
            const raw = Buffer.concat(chunks);
            const text = (response.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
            const status = response.statusCode ?? 0;
            if (status === 200) resolve({ status, ms, bytes: raw.length, body: JSON.parse(text) as unknown });
            else reject(new Error(`${path} was answered with ${status}: ${text.slice(0, 300)}`));
          });
        });
        request.once('error', reject);
      }),
    close: () => agent.destroy(),
  };
}

export interface Measuring {
  readonly repeats: number;
  readonly unmeasured: number;
  /** Of the api and the database's postmaster. */
  readonly pids: readonly number[];
}

/** What they differ by among themselves is the noise of processor time. */
const PARTS = 3;

/** Asks `unmeasured` times for what is read to be in memory, then `repeats` times. @throws where an answer is not 200 */
export async function measure(asker: Asker, path: string, { repeats, unmeasured, pids }: Measuring): Promise<Asked> {
  for (let count = 0; count < unmeasured; count += 1) await asker.ask(path);
  const times: number[] = [];
  const partsMs: number[] = [];
  let processorMs = 0;
  let last: Answer | undefined;
  for (let part = 1; part <= PARTS; part += 1) {
    const from = times.length;
    const until = Math.round((repeats * part) / PARTS);
    if (until === from) continue;
    const { processor } = await timed({ servers: pids }, async () => {
      while (times.length < until) {
        last = await asker.ask(path);
        times.push(last.ms);
      }
    });
    processorMs += processor.servers * 1_000;
    partsMs.push((processor.servers * 1_000) / (until - from));
  }
  const { body, bytes } = last!;
  return {
    p50Ms: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    processorMs: processorMs / repeats,
    processorSpread: spreadOf(partsMs),
    bytes,
    complete: (body as { complete?: boolean }).complete !== false,
  };
}
