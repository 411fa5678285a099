/** What happens while one looks. The environment is this file's own, so that nobody else's figures change. */
import { expect, inject } from 'vitest';
import { test } from './harness/browser-test.ts';
import { Story, type SceneEvent } from './scene/story.ts';

const ENV = 'sandbox';

async function post(events: readonly SceneEvent[]): Promise<void> {
  const response = await fetch(`${inject('scene').ingestUrl}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  expect(response.status).toBe(202);
}

const story = (execution: string, at = Date.now()): Story =>
  new Story({ env: ENV, service: 'live', workflow: 'tick', execution, at });

test('a new run announces itself above the rows that are read, and a known one changes in its place', async ({
  visit,
}) => {
  const first = story('list-1').started();
  await post(first.events);
  const page = await visit(`/workflows?env=${ENV}&name=tick`);
  const rows = page.getByRole('table', { name: 'Runs' }).locator('tbody tr:not([aria-hidden])');
  await rows.filter({ hasText: 'running' }).first().waitFor();
  const before = await rows.count();
  first.after(10).step('Beat', 5).completed();
  await post(first.events.slice(1));
  await rows.filter({ hasText: 'completed' }).first().waitFor();
  await post(story('list-2').started().events);
  await page.getByRole('button', { name: '1 new' }).waitFor();
  expect(await rows.count()).toBe(before);
  await page.getByRole('button', { name: '1 new' }).click();
  await expect.poll(() => rows.count()).toBe(before + 1);
});

test('an open run moves on without a reload, up to its end', async ({ visit }) => {
  const run = story('detail').started().begins('Beat');
  await post(run.events);
  const page = await visit(`/workflows/${ENV}/live/${run.workflowId}`);
  await page.getByText(/^Now in/).waitFor();
  const known = run.events.length;
  run.after(20).ends('Beat', 20).completed();
  await post(run.events.slice(known));
  await page.getByText('It ran to its end.').waitFor();
});

test('the view of active runs shows what begins, and a countdown counts', async ({ visit }) => {
  await post(story('asleep').started().step('Beat', 5).sleeps(3_600_000).events);
  const page = await visit(`/active?env=${ENV}`);
  const row = page.getByRole('row').filter({ hasText: 'sleeping' });
  const countdown = row.getByText(/^in 5\d m \d\d s$/).first();
  const shown = await countdown.textContent();
  await expect.poll(() => countdown.textContent()).not.toBe(shown);
});

test('an overdue run says by how much', async ({ visit }) => {
  const late = story('overdue', Date.now() - 80_000)
    .started()
    .step('Beat', 5)
    .sleeps(60_000);
  await post(late.events);
  const page = await visit(`/workflows/${ENV}/live/${late.workflowId}`);
  await page.getByRole('heading', { level: 1, name: /overdue/ }).waitFor();
  await page.getByText(/[Ss]hould have resumed/).waitFor();
});

test('paused means that nothing moves, and going on catches up', async ({ visit }) => {
  await post(story('paused-1').started().events);
  const page = await visit(`/workflows?env=${ENV}&search=paused-`);
  await page.getByText('1 row read; that is all.').waitFor();
  await page.keyboard.press('l');
  await page.getByText(/^Paused; as of/).waitFor();
  const other = await visit(`/workflows?env=${ENV}&search=paused-`);
  await other.getByText('1 row read; that is all.').waitFor();
  await post(story('paused-2').started().events);
  // By then everybody who listens has been told.
  await other.getByRole('button', { name: '1 new' }).waitFor();
  expect(await page.getByRole('button', { name: '1 new' }).count()).toBe(0);
  await page.keyboard.press('l');
  await page.getByRole('button', { name: '1 new' }).waitFor();
});
