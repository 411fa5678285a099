/** From nothing stored to the first event, and an api that goes away and comes back. */
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { test } from './harness/browser-test.ts';
import { startStack, type Stack } from './harness/stack.ts';
import { Story } from './scene/story.ts';

let database: TestDatabase;
let stack: Stack;

beforeAll(async () => {
  database = await createTestDatabase();
  stack = await startStack({ databaseUrl: database.url });
});

afterAll(async () => {
  await stack.stop();
  await database.drop();
});

const first = (): Story =>
  new Story({ env: 'production', service: 'shop', workflow: 'order', execution: 'first', at: Date.now() });

// Told in order: the store is empty only once.
test('with nothing stored, every view says so, and how to connect a service', async ({ visit }) => {
  const page = await visit('/', { url: stack.url });
  for (const view of ['/workflows', '/failures', '/active', '/statistics', '/services', '/pipeline']) {
    await page.goto(`${stack.url}${view}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  }
  await page.goto(`${stack.url}/`);
  await page.getByRole('heading', { level: 1, name: 'Connect a service' }).waitFor();
  await page.getByText(`${stack.ingestUrl}/v1/events`).first().waitFor();
});

test('the first event of all is noticed by itself, and leads to the overview', async ({ visit }) => {
  const page = await visit('/', { url: stack.url });
  await page.getByText(/Waiting for the first event/).waitFor();
  await stack.post(first().started({ item: 'book' }).events);
  await page.getByText(/^Events arrive/).waitFor();
  await page.getByRole('button', { name: 'See the overview' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.goto(`${stack.url}/connect`);
  await page.getByRole('link', { name: 'See the workflows' }).click();
  await page.getByRole('table', { name: 'Runs' }).getByRole('link', { name: 'order' }).waitFor();
});

test('a page that lost its api says so, keeps what it knew, and recovers by itself', async ({ visit }) => {
  const allow = [/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|Failed to load resource|network error/];
  const page = await visit('/workflows', { url: stack.url, allow });
  const row = page.getByRole('table', { name: 'Runs' }).getByRole('link', { name: 'order' }).first();
  await row.waitFor();
  await stack.stopApi();
  await page.getByText(/^No connection/).waitFor();
  await row.waitFor();
  await stack.startApi();
  await page.getByText(/^Last event/).waitFor();
  const second = new Story({
    env: 'production',
    service: 'shop',
    workflow: 'order',
    execution: 'second',
    at: Date.now(),
  });
  await stack.post(second.started().events);
  await page.getByRole('button', { name: '1 new' }).waitFor();
});
