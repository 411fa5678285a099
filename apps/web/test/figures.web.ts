/** The figures of each view against the answers that are written beside the scene. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './harness/browser-test.ts';
import { drawn } from './harness/drawn.ts';
import { ENVIRONMENTS, LEDGER, MAILER, NEWEST_FAILURE, ODD, ORDERS, REJECTED, WORST_STEP } from './scene/answers.ts';

const rowsOf = (page: Page, table: string | RegExp) => page.getByRole('table', { name: table }).locator('tbody tr');

test('overview: what needs attention, in words', async ({ visit }) => {
  const page = await visit('/');
  await drawn(page, 'Which runs failed last?');
  const attention = page.getByRole('region', { name: 'What needs attention?' }).getByRole('listitem');
  await attention
    .filter({ hasText: MAILER.service })
    .filter({ hasText: 'failing' })
    .getByText('8 of 10 failed.')
    .waitFor();
  await attention
    .filter({ hasText: 'staging' })
    .filter({ hasText: 'worse' })
    .getByText('24 of 120 failed, before that 0 of 100.')
    .waitFor();
  await attention.filter({ hasText: 'stuck' }).getByRole('link', { name: '2 runs' }).waitFor();
  await attention.getByRole('link', { name: `${REJECTED.count} rejected events` }).waitFor();
});

test('overview: each environment with its figures, each of them a link to the rows behind it', async ({ visit }) => {
  const page = await visit('/');
  await drawn(page, 'Which runs failed last?');
  const cards = page.getByRole('region', { name: 'How does each environment fare?' }).getByRole('listitem');
  for (const [env, { started, completed, failed }] of Object.entries(ENVIRONMENTS)) {
    const card = cards.filter({ has: page.getByRole('heading', { name: env }) });
    const figures = await card.getByRole('definition').allTextContents();
    expect(figures.slice(0, 3), env).toEqual([started, completed, failed].map(String));
  }
  await cards.filter({ hasText: ODD }).getByRole('link', { name: '12', exact: true }).click();
  await page.getByText('12 runs', { exact: true }).waitFor();
});

test('overview: the newest failures, with message and step', async ({ visit }) => {
  const page = await visit('/');
  const newest = page.getByRole('region', { name: 'Which runs failed last?' }).locator('tbody tr').first();
  await newest.getByText(NEWEST_FAILURE.message).waitFor();
  await newest.getByText(NEWEST_FAILURE.workflow).waitFor();
});

test('failures: the share of each environment, and the kinds of errors by number', async ({ visit }) => {
  const page = await visit('/failures');
  const rates = rowsOf(page, 'Failure rate of each environment');
  await rates.filter({ hasText: 'production' }).getByText('5.4 %').waitFor();
  await rates.filter({ hasText: 'staging' }).getByText('17.3 %').waitFor();
  const groups = rowsOf(page, /^Errors/);
  await groups
    .first()
    .getByText(/card declined/)
    .waitFor();
  await groups.first().getByRole('link', { name: '23', exact: true }).waitFor();
  await groups
    .first()
    .getByRole('link', { name: /card declined/ })
    .click();
  await page.getByRole('list', { name: 'Stack' }).getByText('chargeCard').first().waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Failures' }).waitFor();
});

test('failures by step: how often each failed, and the runs behind it', async ({ visit }) => {
  const page = await visit('/failures?by=step&env=staging');
  const worst = rowsOf(page, /^Steps that failed/).filter({ hasText: WORST_STEP.step });
  await worst.getByRole('link', { name: String(WORST_STEP.count), exact: true }).waitFor();
  await worst.getByRole('link', { name: WORST_STEP.step, exact: true }).click();
  const runs = rowsOf(page, /^Failed runs/).filter({ hasText: WORST_STEP.step });
  await expect.poll(() => runs.count()).toBe(WORST_STEP.count);
});

test('failures by workflow: who fails, how often, in how many ways', async ({ visit }) => {
  const page = await visit('/failures?by=workflow&env=staging');
  const row = rowsOf(page, /^Workflows that failed/).filter({ hasText: ORDERS.workflow });
  await row.getByRole('link', { name: String(ORDERS.staging.failed), exact: true }).waitFor();
  await row.getByRole('cell', { name: '2', exact: true }).waitFor();
});

test('active: as many of each state as there are, and the late ones with their evidence', async ({ visit }) => {
  const page = await visit(`/active?env=production`);
  for (const [state, count] of [
    ['All', 5],
    ['stuck', 2],
    ['overdue', 0],
    ['scheduled', 2],
    ['active', 1],
  ] as const)
    await page.getByRole('link', { name: new RegExp(`^${state} ?${count}$`) }).waitFor();
  await page.getByText(/Silent for 2 h.*99 of 100/).waitFor();
  await page.getByText(/Should have resumed 4\d m/).waitFor();
});

test('metrics: each service with its figures; steps beside each other', async ({ visit }) => {
  const page = await visit('/statistics?by=service&env=production');
  await drawn(page);
  const mailer = page.getByRole('row').filter({ hasText: MAILER.service });
  await mailer.getByText('80.0 %').first().waitFor();
  await page.goto(new URL('/statistics?by=step&env=staging&service=orders', page.url()).href);
  await page.getByRole('row').filter({ hasText: WORST_STEP.step }).first().waitFor();
});

test('metrics: two environments side by side, and whether they differ by more than noise', async ({ visit }) => {
  const page = await visit('/statistics?by=compare&left=staging&right=production');
  const rows = page.getByRole('region', { name: 'Which workflows differ?' }).locator('tbody tr');
  await rows.first().getByText(ORDERS.workflow).waitFor();
  const ledger = rows.filter({ hasText: LEDGER.service });
  await ledger
    .getByText(/may be noise/)
    .first()
    .waitFor();
  expect(await ledger.getByText(/more than noise/).count()).toBe(0);
});

test('services: health in words, by environment', async ({ visit }) => {
  const page = await visit('/services');
  for (const [service, reason] of [
    [MAILER.service, '8 of 10 failed.'],
    ['orders', '24 of 120 failed, before that 0 of 100.'],
    [LEDGER.service, '2 of 60 failed.'],
  ] as const) {
    await page.getByText(service, { exact: true }).first().waitFor();
    await page.getByText(reason).first().waitFor();
  }
});

test('pipeline: nothing waits, a worker is alive, three events were rejected', async ({ visit }) => {
  const page = await visit('/pipeline');
  await page.getByText('3 events were rejected and wait for someone to look.').waitFor();
  await page
    .getByRole('listitem')
    .filter({ hasText: /^Workers/ })
    .getByText('1', { exact: true })
    .waitFor();
  await page.getByRole('link', { name: /^Rejected events/ }).click();
  await expect.poll(() => rowsOf(page, 'Rejected events').count()).toBe(REJECTED.count);
  await page.getByRole('combobox', { name: 'Reason' }).selectOption({ label: 'A field is missing (1 open)' });
  await expect.poll(() => rowsOf(page, 'Rejected events').count()).toBe(1);
});
