/** Posts batches as the tracker's client does. */
import http from 'node:http';
import https from 'node:https';

/** What became of one batch. */
export type PostOutcome =
  | { readonly kind: 'acknowledged'; readonly answer: IngestAnswer; readonly ackMs: number }
  /** Every try failed: the client drops the batch and its events are gone. */
  | { readonly kind: 'dropped' }
  /** The simulation was stopped before the batch had been tried as often as the client does. */
  | { readonly kind: 'abandoned' };

interface IngestAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: readonly { readonly reason: string }[];
}

export interface PosterOptions {
  /** Where `/v1/events` is, for example http://127.0.0.1:4000. */
  readonly url: string;
  readonly key: string | null;
  /** Ends the waits between tries; a request under way is still finished. */
  readonly signal: AbortSignal;
  /** Called for each try that failed, with what it failed of: "HTTP 503", "ECONNREFUSED". */
  readonly onFailedTry: (reason: string) => void;
  /** Waits between the tries in milliseconds. The client's: 1, 2 and 4 seconds. */
  readonly resendAfterMs?: readonly number[];
}

export interface Poster {
  /** Never rejects. `ackMs` runs from the first try, waits included: so long does the workflow stand still. */
  post(body: unknown): Promise<PostOutcome>;
  /** One request, not repeated. Resolves to the status. Rejects where there was no answer. */
  probe(): Promise<number>;
  close(): void;
}

const CLIENT_RESENDS_AFTER_MS: readonly number[] = [1000, 2000, 4000];
const REQUEST_TIMEOUT_MS = 30_000;

/** Every status but 2xx and every network error is treated alike: the identical body again, after 1, 2 and 4 seconds. */
export function createPoster(options: PosterOptions): Poster {
  const { url, key, signal, onFailedTry, resendAfterMs = CLIENT_RESENDS_AFTER_MS } = options;
  const target = new URL('v1/events', url.endsWith('/') ? url : `${url}/`);
  const transport = target.protocol === 'https:' ? https : http;
  const agent = new transport.Agent({ keepAlive: true, maxSockets: 128 });
  const headers = { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) };

  const send = (text: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const request = transport.request(
        target,
        { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(text) } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          );
        },
      );
      request.setTimeout(REQUEST_TIMEOUT_MS, () => request.destroy(new Error(`no answer in ${REQUEST_TIMEOUT_MS} ms`)));
      request.on('error', reject);
      request.end(text);
    });

  const attempt = async (text: string): Promise<IngestAnswer | null> => {
    try {
      const { status, text: answer } = await send(text);
      if (status >= 200 && status < 300) return readAnswer(answer);
      onFailedTry(`HTTP ${status}`);
    } catch (error) {
      onFailedTry((error as NodeJS.ErrnoException).code ?? (error as Error).message);
    }
    return null;
  };

  return {
    post: async (body) => {
      const text = JSON.stringify(body);
      const begun = performance.now();
      for (const waitMs of [...resendAfterMs, null]) {
        const answer = await attempt(text);
        if (answer !== null) return { kind: 'acknowledged', answer, ackMs: performance.now() - begun };
        if (waitMs !== null) await pause(waitMs, signal);
        if (signal.aborted) return { kind: 'abandoned' };
      }
      return { kind: 'dropped' };
    },
    probe: async () => (await send('{"events":[]}')).status,
    close: () => agent.destroy(),
  };
}

/** The client ignores the body of a 2xx; so does this where it is not what our ingest answers. */
function readAnswer(text: string): IngestAnswer {
  try {
    const { accepted, duplicates, quarantined } = JSON.parse(text) as Partial<IngestAnswer>;
    return { accepted: accepted ?? 0, duplicates: duplicates ?? 0, quarantined: quarantined ?? [] };
  } catch {
    return { accepted: 0, duplicates: 0, quarantined: [] };
  }
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
