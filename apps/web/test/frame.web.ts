import { expect } from 'vitest';
import { test } from './harness/browser-test.ts';
import { ODD, RETRIED } from './scene/answers.ts';

test('the navigation leads to every view, and each says its name', async ({ visit }) => {
  const page = await visit('/');
  for (const view of ['Workflows', 'Failures', 'Active', 'Metrics', 'Services', 'Pipeline', 'Overview']) {
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: view }).waitFor();
  }
  expect(new URL(page.url()).pathname).toBe('/');
});

test('/ finds a run by the beginning of its id and opens it, with the keyboard alone', async ({ visit }) => {
  const page = await visit('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('/');
  const field = page.getByRole('combobox', { name: 'Search' });
  await field.waitFor();
  await page.keyboard.type(RETRIED.execution.slice(0, -2));
  await page
    .getByRole('option', { name: /onboardUser/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'onboardUser' }).waitFor();
  await page.getByText(RETRIED.execution, { exact: true }).first().waitFor();
});

test('Ctrl-K goes anywhere, and Escape brings the reader back', async ({ visit }) => {
  const page = await visit('/workflows');
  await page.getByRole('table', { name: 'Runs' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Search' }).waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('pipel');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Pipeline' }).waitFor();
});

test('? tells the keys', async ({ visit }) => {
  const page = await visit('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  for (const does of [
    'Next row',
    'Row before',
    'Choose environments',
    'Choose a range of time',
    'Live, or paused',
    'Open the row',
  ])
    await dialog.getByText(does, { exact: true }).waitFor();
});

test('e chooses environments: several, one, all; links keep them, and the address tells them', async ({ visit }) => {
  const page = await visit('/workflows');
  await page.getByRole('table', { name: 'Runs' }).waitFor();
  await page.keyboard.press('e');
  const list = page.getByRole('dialog', { name: 'Environments' });
  await list.getByRole('checkbox', { name: ODD }).click();
  await list.getByRole('checkbox', { name: 'staging' }).click();
  await page.keyboard.press('Escape');
  await page.getByText('164 runs', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.getAll('env').toSorted()).toEqual([ODD, 'staging']);
  await page.getByRole('link', { name: 'Failures', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Failures' }).waitFor();
  expect(new URL(page.url()).searchParams.getAll('env').toSorted()).toEqual([ODD, 'staging']);
  await page.keyboard.press('e');
  await page.getByRole('dialog', { name: 'Environments' }).getByRole('checkbox', { name: 'All', exact: true }).click();
  await expect.poll(() => new URL(page.url()).searchParams.getAll('env')).toEqual([]);
});

test('t chooses the time, by a preset and from and until', async ({ visit }) => {
  const page = await visit('/workflows?env=staging');
  await page.getByText('150 runs', { exact: true }).waitFor();
  await page.keyboard.press('t');
  const picker = page.getByRole('dialog', { name: 'Range of time' });
  await picker.getByRole('button', { name: 'Last 3 days' }).click();
  await page.getByText('250 runs', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('range')).toBe('3d');
  await page.keyboard.press('t');
  await picker.getByLabel('From (local time)').fill('2020-01-01T00:00:00');
  await picker.getByLabel('Until (empty: now)').fill('2020-01-02T00:00:00');
  await picker.getByRole('button', { name: 'Show' }).click();
  await page.getByText('No run began in this time').waitFor();
  expect(new URL(page.url()).searchParams.get('since')).toBe('2019-12-31T23:00:00.000Z');
});

test('the window of a button opens and closes by the keyboard and by the pointer, and the focus comes back', async ({
  visit,
}) => {
  const page = await visit('/workflows');
  await page.getByRole('table', { name: 'Runs' }).waitFor();
  const button = page.getByRole('button', { name: /^Environments/ });
  const list = page.getByRole('dialog', { name: 'Environments' });
  const hasFocus = (): Promise<boolean> => button.evaluate((element) => element.matches(':focus'));
  await button.focus();
  await page.keyboard.press('Enter');
  await list.waitFor();
  expect(await button.getAttribute('aria-expanded')).toBe('true');
  await expect.poll(() => list.evaluate((element) => element.matches(':focus-within'))).toBe(true);
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
  await expect.poll(hasFocus).toBe(true);
  await button.click();
  await list.waitFor();
  await button.click();
  await list.waitFor({ state: 'detached' });
  await button.click();
  await list.getByRole('checkbox', { name: 'staging' }).waitFor();
  await list.getByRole('checkbox').last().focus();
  await page.keyboard.press('Tab');
  await list.waitFor({ state: 'detached' });
  await expect.poll(hasFocus).toBe(true);
  await button.click();
  await list.waitFor();
  await page.mouse.click(1300, 20);
  await list.waitFor({ state: 'detached' });
});

test('l pauses what moves, and says so', async ({ visit }) => {
  const page = await visit('/');
  await page.getByText(/^Last event/).waitFor();
  await page.keyboard.press('l');
  await page.getByText(/^Paused; as of/).waitFor();
  expect(await page.getByRole('button', { name: 'Live' }).getAttribute('aria-pressed')).toBe('false');
  await page.keyboard.press('l');
  await page.getByText(/^Last event/).waitFor();
});

test('theme and zone stay when the page is loaded again, and times follow the zone', async ({ visit }) => {
  const page = await visit('/');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitemradio', { name: 'UTC' }).click();
  await page.reload();
  await expect.poll(() => page.evaluate<string>('document.documentElement.dataset.theme')).toBe('dark');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('t');
  await page.getByLabel('From (UTC)').waitFor();
});

test('a saved view keeps filters, range and order', async ({ visit }) => {
  const page = await visit('/workflows?env=staging&status=failed&sort=duration&range=7d');
  await page.getByText('26 runs', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByLabel('Save this view as').fill('slow failures of staging');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const saved = page.url();
  await page.goto(new URL('/', saved).href);
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByRole('link', { name: 'slow failures of staging' }).click();
  await page.getByText('26 runs', { exact: true }).waitFor();
  expect(page.url()).toBe(saved);
});

test('an address that makes no sense breaks nothing', async ({ visit }) => {
  const page = await visit(
    '/workflows?status=exploded&sort=colour&range=99y&since=noon&columns=none&minDurationMs=-4&runs=7',
  );
  await page.getByText('488 runs', { exact: true }).waitFor();
  await page.goto(new URL('/no/such/page', page.url()).href);
  await page.getByText('There is no such page').waitFor();
  await page.getByRole('link', { name: 'Overview' }).last().click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
});
