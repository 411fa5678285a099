/** `test` with a browser: every page that it opens is watched, and whatever goes wrong in one fails the test. */
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect, inject, test as base } from 'vitest';
import { startChromium } from './chromium.ts';

interface VisitOptions {
  /** Pixels; 1440 × 900 where absent. */
  readonly width?: number;
  readonly height?: number;
  /** As the browser zooms: 2 shows half as much. */
  readonly zoom?: number;
  readonly theme?: 'light' | 'dark';
  /** Where the dashboard is; the product with the scene where absent. */
  readonly url?: string;
  /** Messages of the console that belong to the case, such as that of a 401. */
  readonly allow?: readonly RegExp[];
}

/** A page of a person who was never here: nothing is kept from others. */
export type Visit = (path: string, options?: VisitOptions) => Promise<Page>;

export const test = base.extend<{ browser: Browser; visit: Visit }>({
  browser: [
    // oxlint-disable-next-line no-empty-pattern -- vitest wants it written so
    async ({}, use) => {
      const browser = await startChromium();
      await use(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  visit: async ({ browser, task }, use) => {
    const contexts: BrowserContext[] = [];
    const troubles: string[] = [];
    await use(async (to, options = {}) => {
      const context = await newContext(browser, options);
      contexts.push(context);
      const page = await context.newPage();
      watch(page, troubles, options.allow ?? []);
      await page.goto(`${options.url ?? inject('scene').url}${to}`, { waitUntil: 'load' });
      return page;
    });
    await keepPictures(contexts, task.name, task.result?.state === 'fail');
    await Promise.all(contexts.map((context) => context.close()));
    expect(troubles, 'what the pages of this test complained of').toEqual([]);
  },
});

async function newContext(
  browser: Browser,
  { width = 1440, height = 900, zoom = 1, theme = 'light' }: VisitOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    permissions: ['clipboard-read', 'clipboard-write'],
    acceptDownloads: true,
  });
  context.setDefaultTimeout(20_000);
  return context;
}

/** Notes errors and warnings of the console, exceptions, dialogs, requests that fail or are refused, and requests that leave this machine. */
function watch(page: Page, troubles: string[], allow: readonly RegExp[]): void {
  const note = (trouble: string): void => {
    if (!allow.some((pattern) => pattern.test(trouble))) troubles.push(trouble);
  };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') note(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => note(`exception: ${error.stack ?? error.message}`));
  page.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') note(`request to another machine: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    // A page that goes away, or asks something newer, gives up what it had asked.
    const why = request.failure()?.errorText ?? '';
    if (why !== 'net::ERR_ABORTED') note(`request failed: ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) note(`answer ${response.status()}: ${response.url()}`);
  });
}

/** WEB_TEST_PICTURES=<folder> keeps what a test that failed saw. */
async function keepPictures(contexts: readonly BrowserContext[], name: string, failed: boolean): Promise<void> {
  const folder = process.env['WEB_TEST_PICTURES'];
  if (!failed || folder === undefined) return;
  const pages = contexts.flatMap((context) => context.pages());
  const file = name.replaceAll(/[^\w]+/g, '-').slice(0, 80);
  await Promise.all(pages.map((page, index) => page.screenshot({ path: path.join(folder, `${file}-${index}.png`) })));
}
