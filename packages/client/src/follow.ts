/** Follows /v1/stream, and goes on by itself where it was left when the connection is lost. */
import { ApiProblem, queryText, type Client } from './client.ts';
import type { Freshness, Routes } from './routes.ts';

/** A run as the stream tells of it. */
export interface StreamRun {
  id: string;
  env: string;
  serviceKey: string;
  workflowId: string;
  run: number;
  latest: boolean;
  workflowName: string;
  executionId: string | null;
  status: string;
  activityState: string | null;
  pauseReason: string | null;
  resumeAt: string | null;
  currentStep: string | null;
  completedStepCount: number;
  retryCount: number;
  errorMessage: string | null;
  errorGroup: string | null;
  startedAt: string | null;
  endedAt: string | null;
  durationMs: number | null;
  gaps: string[];
  sortAt: string;
  lastEventAt: string;
  updatedAt: string;
}

export interface Changes {
  event: 'changes';
  data: { runs: StreamRun[]; left: string[]; asOf: string };
}

/** `freshness` is null where it could not be read just then. ready without `resumed`, and many: ask for the list (again). */
export type StreamMessage =
  | { event: 'ready'; data: { resumed: boolean; freshness: Freshness | null; asOf: string } }
  | Changes
  | { event: 'many'; data: { reason: 'busy' | 'slow' | 'too_old'; asOf: string } }
  | { event: 'beat'; data: { at: string; freshness: Freshness | null } };

export interface FollowOptions {
  query?: Routes['GET /v1/stream']['query'];
  /** Ends it. */
  signal?: AbortSignal;
  /** Told when the connection was lost, before it is made again. */
  onLost?: (error: unknown) => void;
}

/** Pauses before the first, second, … try to come back; milliseconds. */
const PAUSES_MS = [0, 500, 1_000, 2_000, 5_000];

/** A server that says nothing for so long has gone: it beats every fifteen seconds. */
const SILENCE_MS = 40_000;

/**
 * The messages, one after the other, until the signal ends it.
 *
 * @throws ApiProblem where the api refuses for good: a key or a filter that it does not accept
 */
export async function* follow(client: Client, options: FollowOptions = {}): AsyncGenerator<StreamMessage> {
  const { query = {}, signal, onLost } = options;
  let lastId: string | null = null;
  for (let lost = 0; !isAborted(signal); lost += 1) {
    try {
      for await (const { message, id } of messagesOf(client, queryText(query), lastId, signal)) {
        lastId = id ?? lastId;
        lost = 0;
        yield message;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (error instanceof ApiProblem && error.status < 500 && error.status !== 429) throw error;
      onLost?.(error);
    }
    await pause(PAUSES_MS[Math.min(lost, PAUSES_MS.length - 1)]!, signal);
  }
}

async function* messagesOf(
  client: Client,
  queryString: string,
  lastId: string | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ message: StreamMessage; id: string | null }> {
  const silence = new AbortController();
  const headers: Record<string, string> = { accept: 'text/event-stream' };
  if (lastId !== null) headers['last-event-id'] = lastId;
  const ends = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await client.request('GET', `/v1/stream${queryString}`, { headers, signal: ends });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const parts = (text + value).split('\n\n');
      text = parts.pop()!;
      for (const part of parts) yield readMessage(part);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** Asked anew each time: what it was before a wait says nothing. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function readMessage(text: string): { message: StreamMessage; id: string | null } {
  const fields = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const message = { event: fields.get('event'), data: JSON.parse(fields.get('data') ?? 'null') as unknown };
  return { message: message as StreamMessage, id: fields.get('id') ?? null };
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
