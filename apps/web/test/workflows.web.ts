import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './harness/browser-test.ts';
import { HOSTILE, LONG, NEWEST_FAILURE, ODD, RETRIED } from './scene/answers.ts';

const rows = (page: Page) => page.getByRole('table', { name: 'Runs' }).locator('tbody tr:not([aria-hidden])');

// Of 17 that failed one was run again since: the list shows the newest run of each workflow unless it is asked for all.
test('filters are chips, stand in the address, and count what fits them', async ({ visit }) => {
  const page = await visit('/workflows?env=production');
  await page.getByText('324 runs', { exact: true }).waitFor();
  await page.getByRole('group', { name: 'Status' }).getByRole('button', { name: 'failed' }).click();
  await page.getByText('16 runs', { exact: true }).waitFor();
  await page.keyboard.press('f');
  const add = page.getByRole('dialog', { name: 'Add a filter' });
  await add.getByLabel('Filter by').selectOption({ label: 'Failed in step' });
  await add.getByRole('textbox').fill('Charge card');
  await add.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('3 runs', { exact: true }).waitFor();
  expect(await rows(page).count()).toBe(3);
  const address = new URL(page.url()).searchParams;
  expect([address.get('status'), address.get('errorStep')]).toEqual(['failed', 'Charge card']);
  await page.getByRole('button', { name: 'Without Failed in step: Charge card' }).click();
  await page.getByText('16 runs', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Earlier runs too' }).click();
  await page.getByText('17 runs', { exact: true }).waitFor();
});

test('each row says where it ran and why it is in its state', async ({ visit }) => {
  const page = await visit('/workflows?env=production&status=failed');
  const newest = rows(page).first();
  await newest.getByText(NEWEST_FAILURE.message).waitFor();
  await newest.getByText('production', { exact: true }).waitFor();
  await newest.getByText(NEWEST_FAILURE.service, { exact: true }).waitFor();
  await newest.getByText(`${NEWEST_FAILURE.step}:`).waitFor();
});

test('a heading orders by its column, and turns the order round', async ({ visit }) => {
  const page = await visit('/workflows?env=production&status=completed');
  await page.getByRole('link', { name: 'Duration' }).click();
  await expect.poll(() => rows(page).first().textContent()).toContain(LONG.workflow);
  expect(await page.getByRole('columnheader', { name: 'Duration' }).getAttribute('aria-sort')).toBe('descending');
  await page.getByRole('link', { name: 'Retries' }).click();
  await expect.poll(() => rows(page).first().textContent()).toContain(RETRIED.duration);
  await page.getByRole('link', { name: 'Duration' }).click();
  await page.getByRole('link', { name: 'Duration' }).click();
  await expect.poll(() => rows(page).last().textContent()).not.toContain(LONG.workflow);
  expect(await page.getByRole('columnheader', { name: 'Duration' }).getAttribute('aria-sort')).toBe('ascending');
});

test('columns can be chosen, and the link shows the same to others', async ({ visit }) => {
  const page = await visit('/workflows?env=production');
  await page.getByRole('button', { name: /Columns/ }).click();
  await page.getByRole('dialog', { name: 'Columns' }).getByRole('checkbox', { name: 'Execution' }).click();
  await page.getByRole('columnheader', { name: 'Execution' }).waitFor();
  await page.getByRole('columnheader', { name: 'Retries' }).waitFor();
  const other = await visit(new URL(page.url()).pathname + new URL(page.url()).search);
  await other.getByRole('columnheader', { name: 'Execution' }).waitFor();
});

test('scrolling reads further pages, and draws only what is in sight', async ({ visit }) => {
  const page = await visit('/workflows?env=production');
  await rows(page).first().waitFor();
  const region = page.getByRole('region', { name: 'Runs' });
  await region.focus();
  await expect
    .poll(async () => {
      await page.keyboard.press('End');
      return page.getByText('324 rows read; that is all.').count();
    })
    .toBe(1);
  expect(await rows(page).count()).toBeLessThan(100);
});

test('j, k and Enter walk the rows and open one; Back finds the list as it was', async ({ visit }) => {
  const page = await visit('/workflows?env=production&status=failed&sort=finished');
  await rows(page).nth(3).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: NEWEST_FAILURE.workflow }).waitFor();
  await page.getByText(NEWEST_FAILURE.execution, { exact: true }).first().waitFor();
  await page.goBack();
  await page.getByText('16 runs', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('sort')).toBe('finished');
});

test('an export holds all rows of the question, not those that were read', async ({ visit }) => {
  const page = await visit('/workflows?env=production');
  await page.getByText('324 runs', { exact: true }).waitFor();
  const lines = async (item: string): Promise<string[]> => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).click(),
    ]);
    await page.keyboard.press('Escape');
    return (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
  };
  const csv = await lines('All rows as CSV');
  expect(csv.length).toBe(1 + 324);
  expect(csv.filter((line) => line.includes(NEWEST_FAILURE.execution)).length).toBe(1);
  expect((await lines('All rows as NDJSON')).length).toBe(324);
});

test('a name that wants to be markup is text, in the list and behind its link', async ({ visit }) => {
  const page = await visit(`/workflows?env=${encodeURIComponent(ODD)}&status=failed`);
  await rows(page).first().getByText(HOSTILE.service, { exact: true }).waitFor();
  await rows(page).first().getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: HOSTILE.workflow }).waitFor();
  await page.getByText(HOSTILE.message).first().waitFor();
  expect(await page.evaluate('window.__markup')).toBeUndefined();
});
