/** Every workflow that was captured from the real client, shown as it is written down by hand. Needs CAPTURED_FIXTURES, the folder of the captured files. */
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ExpectedRun } from '../../../packages/projection/test/captured/expectation.ts';
import { EXPECTED } from '../../../packages/projection/test/captured/expected/index.ts';
import { byWorkflow, capturedFiles, capturedRequests } from '../../../packages/projection/test/captured/requests.ts';
import { test } from './harness/browser-test.ts';
import { drawn } from './harness/drawn.ts';
import { startStack, type Stack } from './harness/stack.ts';

const folder = process.env['CAPTURED_FIXTURES']!;
const files = capturedFiles(folder);

let database: TestDatabase;
let stack: Stack;

beforeAll(async () => {
  database = await createTestDatabase();
  const events = files.flatMap((file) => capturedRequests(folder, file)).flat();
  stack = await startStack({ databaseUrl: database.url, events });
});

afterAll(async () => {
  await stack.stop();
  await database.drop();
});

/** How long a paused run sleeps yet depends on when one looks: most captured ones are long overdue. */
function shownStatus({ row }: ExpectedRun): RegExp {
  return row.status === 'paused' ? /sleeping|retrying|overdue|stuck/ : new RegExp(row.status);
}

/** The newest run of each, with its address. */
const workflows = files.flatMap((file) => {
  const captured = [...byWorkflow(capturedRequests(folder, file)).values()];
  return (EXPECTED[file] ?? []).map(({ executionId, workflowName, runs }) => {
    const first = captured.find((events) => events[0]?.executionId === executionId)![0]!;
    const path = [first.env, first.serviceKey, first['workflowId'] as string].map(encodeURIComponent).join('/');
    return { file, path, workflowName, run: runs.at(-1)! };
  });
});

test('each captured workflow shows its state, its steps and everything else that is known of it', async ({ visit }) => {
  const page = await visit('/workflows?range=90d', { url: stack.url });
  for (const { file, path, workflowName, run } of workflows) {
    await page.goto(`${stack.url}/workflows/${path}?tab=steps`);
    await drawn(page);
    const heading = await page.getByRole('heading', { level: 1 }).textContent();
    expect(heading, file).toContain(workflowName);
    expect(heading, file).toMatch(shownStatus(run));
    for (const step of run.steps) {
      const row = page.getByRole('table', { name: 'Steps' }).getByRole('row').filter({ hasText: step.row.stepName });
      await row.filter({ hasText: step.row.status }).first().waitFor();
    }
    const parts = page.getByRole('navigation', { name: 'Parts of this run' });
    for (const part of ['Timeline', 'Input & output', 'Events', 'Why this state']) {
      await parts.getByRole('link', { name: part, exact: true }).click();
      await drawn(page);
      expect(await page.getByRole('alert').count(), `${file}: ${part}`).toBe(0);
    }
  }
}, 300_000);
