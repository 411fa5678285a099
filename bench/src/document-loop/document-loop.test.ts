import { createEmptyDatabase } from '@wm/testkit';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { eventCount } from '../measurement.ts';
import { createWorkload } from '../workload.ts';
import { runDocumentLoop } from './document-loop.ts';

test('the comparison does the work that the document describes', async () => {
  const database = await createEmptyDatabase();
  const sql = postgres(database.url, { max: 1 });
  try {
    const workload = createWorkload(1, 600);
    const requests = [...workload.warmUp, ...workload.measured];
    const events = requests.flatMap((request) => request.events);
    const ofType = (type: string) => events.filter((event) => event.type === type).length;
    expect((await runDocumentLoop(database.url, workload)).events).toBe(eventCount(workload.measured));

    const statuses = await sql`SELECT status::text, count(*)::int FROM workflows GROUP BY status ORDER BY status`;
    expect([...statuses]).toEqual([
      { status: 'completed', count: ofType('workflow.completed') },
      { status: 'failed', count: ofType('workflow.failed') },
    ]);
    const [rows] = await sql`
      SELECT (SELECT count(*)::int FROM workflow_steps WHERE status = 'completed') AS completed,
             (SELECT count(*)::int FROM step_attempts) AS attempts,
             (SELECT count(*)::int FROM workflow_sleeps WHERE completed) AS sleeps,
             (SELECT sum(retry_count)::int FROM workflow_steps) AS retries,
             (SELECT count(*)::int FROM services) AS services`;
    expect(rows).toEqual({
      completed: ofType('step.completed'),
      attempts: ofType('step.started'),
      sleeps: ofType('sleep.completed'),
      retries: ofType('retry.scheduled'),
      services: new Set(events.map((event) => event.serviceKey)).size,
    });
  } finally {
    await sql.end({ timeout: 5 });
    await database.drop();
  }
});
