/** How long it takes until what was accepted can be read. */
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import type { PreparedRequest } from './post.ts';

/** Of so many requests one is watched: asking for all of them would be a load of its own. */
const SAMPLE_EVERY = 4;
const LOOK_EVERY_MS = 5;
const GIVE_UP_MS = 60_000;

export interface FreshnessWatch {
  /** To be called as soon as a request is answered. */
  accepted(request: PreparedRequest): void;
  /** Waits for what is still outstanding; milliseconds from each answer until a reader saw its events in the workflow. */
  end(): Promise<number[]>;
}

/**
 * Reads the workflows of answered requests again and again, as somebody who waits for them would, on a connection of its
 * own. A commit counts when it is seen, so that the times are up to a look (5 ms and the time of the read) too long.
 *
 * @param warmUp workflows that are there, so that the first look is as fast as all others
 */
export async function watchFreshness(databaseUrl: string, warmUp: readonly PreparedRequest[]): Promise<FreshnessWatch> {
  const sql = postgres(databaseUrl, {
    max: 1,
    onnotice: () => {},
    // On tables that were never analysed the planner may take a scan for the short way.
    connection: { enable_seqscan: false, enable_hashjoin: false, enable_mergejoin: false },
  });
  const outstanding = new Map<string, { readonly request: PreparedRequest; readonly since: number }>();
  const found: number[] = [];
  let answered = 0;
  const over = new AbortController();

  const look = async (requests: readonly PreparedRequest[]): Promise<void> => {
    const rows = await sql<{ id: string; events: number }[]>`
      SELECT w.workflow_id AS id, w.event_count AS events
      FROM unnest(${requests.map(({ env }) => env)}::text[], ${requests.map(({ serviceKey }) => serviceKey)}::text[],
                  ${requests.map(({ workflowId }) => workflowId)}::text[]) AS k(env, service_key, workflow_id)
      JOIN workflows w ON w.env = k.env AND w.service_key = k.service_key AND w.workflow_id = k.workflow_id
      WHERE w.latest`;
    const now = performance.now();
    for (const { id, events } of rows) {
      const waiting = outstanding.get(id);
      if (waiting === undefined || events < waiting.request.eventsSoFar) continue;
      found.push(now - waiting.since);
      outstanding.delete(id);
    }
  };
  const watch = async (): Promise<void> => {
    let quietSince = performance.now();
    while (!over.signal.aborted || outstanding.size > 0) {
      const seen = found.length;
      if (outstanding.size > 0) await look([...outstanding.values()].map(({ request }) => request));
      if (outstanding.size === 0 || found.length > seen) quietSince = performance.now();
      if (performance.now() - quietSince > GIVE_UP_MS)
        throw new Error('Accepted events cannot be read after a minute.');
      await pause(LOOK_EVERY_MS);
    }
  };

  await look(warmUp.slice(0, 10));
  const watching = watch();
  watching.catch(() => {}); // reported by end()
  return {
    accepted(request) {
      answered += 1;
      // A workflow that is watched already would be seen too early by its later events.
      if (answered % SAMPLE_EVERY > 0 || outstanding.has(request.workflowId)) return;
      outstanding.set(request.workflowId, { request, since: performance.now() });
    },
    async end() {
      over.abort();
      await watching;
      await sql.end({ timeout: 5 });
      return found;
    },
  };
}
