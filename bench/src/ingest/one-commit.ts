/** How long one durable commit takes: an INSERT of one small row, over a connection of its own. */
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';

const EVERY_MS = 20;

export interface CommitProbe {
  /** Commits a row every 20 ms while something else goes on; milliseconds each. */
  during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly commitMs: number[] }>;
  end(): Promise<void>;
}

/** @param databaseUrl where it makes a table of its own */
export async function openCommitProbe(databaseUrl: string): Promise<CommitProbe> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {}, connection: { synchronous_commit: 'on' } });
  await sql`CREATE TABLE IF NOT EXISTS commit_probe (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL)`;
  const commit = async (): Promise<number> => {
    const begun = performance.now();
    await sql`INSERT INTO commit_probe (at) VALUES (now())`;
    return performance.now() - begun;
  };
  await commit();
  return {
    async during(work) {
      const commitMs: number[] = [];
      const over = new AbortController();
      const probing = (async () => {
        while (!over.signal.aborted) {
          commitMs.push(await commit());
          await pause(EVERY_MS);
        }
      })();
      try {
        return { result: await work(), commitMs };
      } finally {
        over.abort();
        await probing;
      }
    },
    end: () => sql.end({ timeout: 5 }),
  };
}
