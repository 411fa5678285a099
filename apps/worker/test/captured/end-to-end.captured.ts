/**
 * Sends every captured request through the real ingest service, queue and worker into a real database, in five ways, and
 * compares the rows with the ones written out by hand. Needs CAPTURED_FIXTURES, the folder of the captured files.
 */
import { isDeepStrictEqual } from 'node:util';
import { createSql } from '@wm/store';
import type { Sql } from '@wm/store';
import { createTestDatabase, queueBackends } from '@wm/testkit';
import type { TestDatabase } from '@wm/testkit';
import { createRandom } from '@wm/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../../../packages/projection/test/captured/compare.ts';
import { EXPECTED } from '../../../../packages/projection/test/captured/expected/index.ts';
import type { ExpectedWorkflow } from '../../../../packages/projection/test/captured/expectation.ts';
import { byWorkflow, capturedFiles, capturedRequests } from '../../../../packages/projection/test/captured/requests.ts';
import type { CapturedEvent } from '../../../../packages/projection/test/captured/requests.ts';
import { drained, forkWorker, openIngest } from '../support/pipeline.ts';
import type { Accepted, Ingest, WorkerProcess } from '../support/pipeline.ts';
import { storedRuns } from '../support/stored-runs.ts';

const folder = process.env['CAPTURED_FIXTURES'];
if (folder === undefined || folder === '') {
  throw new Error(
    'CAPTURED_FIXTURES is not set: nothing was replayed. Set it to the folder of the captured *.jsonl files.',
  );
}
const files = capturedFiles(folder);
const requests = files.flatMap((file) => capturedRequests(folder, file));
const events = requests.flat();

/** What jsonb does not take: NUL and half of a surrogate pair. */
const UNSTORABLE = /\\u0000|\\ud83d/;

/** The ways in which the same events arrive. */
const WAYS: Record<string, CapturedEvent[][]> = {
  'in order': requests,
  reversed: requests.toReversed().map((request) => request.toReversed()),
  shuffled: regrouped(shuffle(events, 7), 5),
  doubled: [...requests, ...regrouped(shuffle(events, 11), 9), ...requests],
  'one event per request': shuffle(events, 13).map((event) => [event]),
};

describe.each(queueBackends())('queue on $name', ({ redisUrl }) => {
  describe.each(Object.entries(WAYS))('%s', (_way, arriving) => {
    let database: TestDatabase;
    let sql: Sql;
    let ingest: Ingest;
    let worker: WorkerProcess;
    let answers: Accepted[];

    beforeAll(async () => {
      database = await createTestDatabase();
      sql = createSql(database.url, { applicationName: 'test', max: 4 });
      const target = { databaseUrl: database.url, redisUrl };
      [ingest, worker] = await Promise.all([openIngest(target), forkWorker(target)]);
      answers = [];
      for (const request of arriving) answers.push(await ingest.post(request));
      await drained(sql);
    });

    afterAll(async () => {
      await Promise.allSettled([ingest?.stop(), worker?.stop()]);
      await sql?.end({ timeout: 5 });
      await database?.drop();
    });

    test('every event is taken in', () => {
      expect(answers.flatMap((answer) => answer.quarantined)).toEqual([]);
      expect(answers.map((answer) => answer.accepted + answer.duplicates)).toEqual(
        arriving.map(({ length }) => length),
      );
    });

    test.each(Object.entries(EXPECTED))('%s', async (file, workflows) => {
      const captured = byWorkflow(capturedRequests(folder, file));
      for (const workflow of workflows) {
        expect(await differencesOf(sql, workflow, captured)).toEqual([]);
      }
    });

    test('every event is in the log once, processed, and nothing else has a row', async () => {
      const [log] = await sql<{ stored: number; open: number; failed: number }[]>`
        SELECT count(*) AS stored, count(*) FILTER (WHERE NOT processed) AS open,
               count(*) FILTER (WHERE processing_error IS NOT NULL) AS failed
        FROM workflow_events`;
      expect(log).toEqual({ stored: new Set(events.map((event) => event.eventId)).size, open: 0, failed: 0 });
      const expected = Object.values(EXPECTED).flatMap((list) => list.flatMap((workflow) => workflow.runs));
      const [rows] = await sql<{ runs: number }[]>`SELECT count(*) AS runs FROM workflows`;
      expect(rows?.runs).toBe(expected.length);
    });

    test('inputs come back as they were sent, what PostgreSQL cannot hold with a mark in its place', async () => {
      const stored = await sql<{ executionId: string; input: unknown }[]>`
        SELECT execution_id AS "executionId", input FROM workflows WHERE workflow_name = 'noSteps'`;
      const inputOf = new Map(stored.map((row) => [row.executionId, row.input]));
      const sent = events.filter((event) => event.type === 'workflow.started' && event.workflowName === 'noSteps');
      expect(sent.length).toBeGreaterThan(10);
      for (const event of sent) {
        const marked = UNSTORABLE.test(JSON.stringify(event['input'] ?? null));
        const got = inputOf.get(event.executionId!);
        expect(JSON.stringify(got)).not.toMatch(UNSTORABLE);
        expect(isDeepStrictEqual(got, event['input'] ?? null), `${event.executionId}: ${JSON.stringify(got)}`).toBe(
          !marked,
        );
      }
    });
  });
});

async function differencesOf(
  sql: Sql,
  workflow: ExpectedWorkflow,
  captured: ReadonlyMap<string, CapturedEvent[]>,
): Promise<string[]> {
  const event = [...captured.values()].flat().find((one) => one.executionId === workflow.executionId)!;
  const { env, serviceKey, workflowId } = event;
  return differences(workflow, await storedRuns(sql, { env, serviceKey, workflowId: workflowId! }));
}

function shuffle(list: readonly CapturedEvent[], seed: number): CapturedEvent[] {
  const random = createRandom('shuffle', seed);
  return list
    .map((event) => ({ event, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ event }) => event);
}

function regrouped(list: readonly CapturedEvent[], size: number): CapturedEvent[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
