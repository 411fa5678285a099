/** Login with keys, and what a key may do, on a dashboard below a path. */
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { test } from './harness/browser-test.ts';
import { startStack, type Stack } from './harness/stack.ts';
import { REJECTED } from './scene/answers.ts';
import { rejectedEvents } from './scene/scene.ts';
import { Story } from './scene/story.ts';

const BASE = '/monitor';
/** What the browser itself says of the first question, which needs a key, and of a key that is wrong. */
const REFUSED = [/401 \(Unauthorized\)/, /answer 401: /];

let database: TestDatabase;
let stack: Stack;
let readKey: string;
let operateKey: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const now = Date.now();
  const at = now - 60_000;
  const run = (env: string): Story =>
    new Story({ env, service: 'shop', workflow: 'order', execution: `order-${env}`, at }).started().completed();
  const events = [...run('production').events, ...run('staging').events];
  stack = await startStack({
    databaseUrl: database.url,
    events,
    rejected: rejectedEvents(now),
    auth: 'on',
    basePath: BASE,
  });
  readKey = await stack.createKey('read');
  operateKey = await stack.createKey('operate');
});

afterAll(async () => {
  await stack.stop();
  await database.drop();
});

async function logIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Key').fill(key);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('a wrong key is refused in words, a right one leads to what was asked for, and logging out ends it', async ({
  visit,
}) => {
  const page = await visit('/workflows?env=staging', { url: stack.url, allow: REFUSED });
  await logIn(page, 'wm_read_this_is_no_key');
  await page.getByText('This key is unknown, expired or revoked.').waitFor();
  await logIn(page, readKey);
  await page.getByText('1 run', { exact: true }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`${BASE}/workflows`);
  await page.reload();
  await page.getByText('1 run', { exact: true }).waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: /^Log out/ }).click();
  await page.getByLabel('Key').waitFor();
});

test('a key for one environment shows nothing of the others', async ({ visit }) => {
  const key = await stack.createKey('read', { env: 'staging' });
  const page = await visit('/workflows', { url: stack.url, allow: REFUSED });
  await logIn(page, key);
  await page.getByText('1 run', { exact: true }).waitFor();
  await page.keyboard.press('e');
  await page.getByRole('checkbox', { name: 'staging' }).waitFor();
  expect(await page.getByRole('checkbox', { name: 'production' }).count()).toBe(0);
});

test('links and Back work below a path', async ({ visit }) => {
  const page = await visit('/', { url: stack.url, allow: REFUSED });
  await logIn(page, readKey);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.getByRole('link', { name: 'Workflows', exact: true }).click();
  await page.getByRole('table', { name: 'Runs' }).getByRole('link', { name: 'order' }).first().click();
  await page.getByText('It ran to its end.').waitFor();
  await page.goBack();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(new URL(page.url()).pathname.replace(/\/$/, '')).toBe(BASE);
});

test('a key for reading may look at rejected events and is told that it may not more', async ({ visit }) => {
  const page = await visit('/pipeline?show=quarantine', { url: stack.url, allow: REFUSED });
  await logIn(page, readKey);
  await page.getByRole('row').filter({ hasText: 'Bad timestamp' }).getByRole('link').first().click();
  await page.getByText(REJECTED.badTime.timestamp).first().waitFor();
  await page
    .getByText(/for operating/)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: /^(Redrive|Discard)/, disabled: false }).count()).toBe(0);
});

test('a rejected event is mended and redriven, and becomes a run', async ({ visit }) => {
  const page = await visit('/pipeline?show=quarantine', { url: stack.url, allow: REFUSED });
  await logIn(page, operateKey);
  await page.getByRole('row').filter({ hasText: 'Bad timestamp' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Redrive mended' }).click();
  const text = page.getByRole('textbox').last();
  const mended = (await text.inputValue()).replace(`"${REJECTED.badTime.timestamp}"`, `"${new Date().toISOString()}"`);
  await text.fill(mended);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Redrive/ })
    .click();
  await page
    .getByText(/redriven/)
    .first()
    .waitFor();
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Search' }).fill(REJECTED.badTime.execution);
  await page.getByRole('option', { name: /onboardUser/ }).waitFor();
});

test('a rejected event is discarded with a reason, which is kept', async ({ visit }) => {
  const page = await visit('/pipeline?show=quarantine', { url: stack.url, allow: REFUSED });
  await logIn(page, operateKey);
  await page.getByRole('row').filter({ hasText: 'A name is too long' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('a test of ours sent it');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Discard/ })
    .click();
  await page.getByText('a test of ours sent it').first().waitFor();
  await page.goto(`${stack.url}/pipeline?show=quarantine&state=discarded`);
  await page.getByRole('row').filter({ hasText: 'A name is too long' }).waitFor();
});
