/** Someone who has never seen it finds these from the overview, in three clicks at most. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { test, type Visit } from './harness/browser-test.ts';
import { NEWEST_FAILURE, ORDERS, REJECTED, SLEEPER, STUCK, WORST_STEP } from './scene/answers.ts';

/** The overview, and a click that is counted. */
async function fromOverview(
  visit: Visit,
): Promise<{ page: Page; click: (what: Locator) => Promise<void>; clicks: () => number }> {
  const page = await visit('/');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  let count = 0;
  return {
    page,
    click: async (what) => {
      count += 1;
      await what.click();
    },
    clicks: () => count,
  };
}

test('the stack trace of the newest failure', async ({ visit }) => {
  const { page, click, clicks } = await fromOverview(visit);
  await click(
    page.getByRole('region', { name: 'Which runs failed last?' }).locator('tbody tr').first().getByRole('link').first(),
  );
  await page.getByRole('list', { name: 'Stack' }).getByText(NEWEST_FAILURE.ownFrame).first().waitFor();
  expect(clicks()).toBeLessThanOrEqual(3);
});

test('the step that fails most', async ({ visit }) => {
  const { page, click, clicks } = await fromOverview(visit);
  await click(page.getByRole('link', { name: 'Failures', exact: true }));
  await click(page.getByRole('link', { name: 'By step' }));
  const rows = page.getByRole('table', { name: /^Steps that failed/ }).locator('tbody tr');
  const worst = rows.filter({ hasText: WORST_STEP.step }).filter({ hasText: String(WORST_STEP.count) });
  await worst.waitFor();
  const counts = (await rows.getByRole('link', { name: /^\d+$/ }).allTextContents()).map(Number);
  expect(Math.max(...counts)).toBe(WORST_STEP.count);
  expect(clicks()).toBeLessThanOrEqual(3);
});

test('a run that sleeps until tomorrow', async ({ visit }) => {
  const { page, click, clicks } = await fromOverview(visit);
  await click(page.getByRole('link', { name: 'Active', exact: true }));
  await click(page.getByRole('link', { name: /^scheduled/ }));
  const row = page
    .getByRole('row')
    .filter({ hasText: 'sleeping' })
    .filter({ hasText: /in 2[34] h/ });
  await click(row.getByRole('link').first());
  await page.getByText(/^Sleeping until .*\(in 2[34] h/).waitFor();
  await page.getByText(SLEEPER.execution, { exact: true }).first().waitFor();
  expect(clicks()).toBeLessThanOrEqual(3);
});

test('a run that is stuck, and why', async ({ visit }) => {
  const { page, click, clicks } = await fromOverview(visit);
  await click(
    page
      .getByRole('region', { name: 'What needs attention?' })
      .getByRole('listitem')
      .filter({ hasText: 'stuck' })
      .getByRole('link'),
  );
  const row = page.getByRole('row').filter({ hasText: ORDERS.workflow });
  await row.getByText(/Silent for 2 h/).waitFor();
  await click(row.getByRole('link').first());
  await page.getByText(STUCK.execution, { exact: true }).first().waitFor();
  await page.getByText(/[Ss]ilent for 2 h/).waitFor();
  expect(clicks()).toBeLessThanOrEqual(3);
});

test('what staging does worse than production, and what may be chance', async ({ visit }) => {
  const { page, click, clicks } = await fromOverview(visit);
  await click(page.getByRole('link', { name: 'Metrics', exact: true }));
  await click(page.getByRole('link', { name: /Compare/ }).first());
  const rows = page.getByRole('region', { name: 'Which workflows differ?' }).locator('tbody tr');
  const worse = rows.filter({ hasText: 'processOrder' });
  await worse.getByText(/more than noise/).waitFor();
  await worse
    .getByText(/20\.0 %/)
    .first()
    .waitFor();
  await rows
    .filter({ hasText: 'closeDay' })
    .getByText(/may be noise/)
    .first()
    .waitFor();
  expect(clicks()).toBeLessThanOrEqual(3);
});

test('a rejected event, and its reason', async ({ visit }) => {
  const { page, click, clicks } = await fromOverview(visit);
  await click(page.getByRole('link', { name: `${REJECTED.count} rejected events` }));
  const row = page
    .getByRole('table', { name: 'Rejected events' })
    .locator('tbody tr')
    .filter({ hasText: 'Bad timestamp' });
  await row.getByText('timestamp is no ISO-8601 instant with an offset.').waitFor();
  await click(row.getByRole('link').first());
  await page.getByText(REJECTED.badTime.timestamp).first().waitFor();
  expect(clicks()).toBeLessThanOrEqual(3);
});
