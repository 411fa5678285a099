/**
 * `npm run screenshots`: pictures of the dashboard for README and docs, of the scene of the tests, into docs/images.
 * `-- --all DIR`: every view, light, dark, on a phone, and with nothing stored, into DIR, to be looked at.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../harness/chromium.ts';
import { drawn } from '../harness/drawn.ts';
import { EVERY_VIEW } from '../harness/every-view.ts';
import { withOwnStack } from '../harness/own-stack.ts';
import { NEWEST_FAILURE, RETRIED } from '../scene/answers.ts';
import { rejectedEvents, scene } from '../scene/scene.ts';
import { runPath } from '../scene/story.ts';

interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
}

const WIDE: Look = { width: 1280, height: 800, theme: 'light' };
const DARK: Look = { ...WIDE, theme: 'dark' };
const PHONE: Look = { width: 390, height: 844, theme: 'light' };

const failed = runPath(NEWEST_FAILURE.env, NEWEST_FAILURE.service, NEWEST_FAILURE.execution);
const retried = runPath('production', 'onboarding', RETRIED.execution);

/** Those of README and docs. */
const BEST = [
  { file: 'overview', path: '/', ready: 'Which runs failed last?', look: WIDE },
  { file: 'overview-dark', path: '/', ready: 'Which runs failed last?', look: DARK },
  { file: 'workflows', path: '/workflows', ready: 'Workflows', look: WIDE },
  { file: 'workflow', path: retried, ready: 'What did it do when?', look: WIDE },
  { file: 'workflow-dark', path: failed, ready: 'What did it do when?', look: DARK },
  { file: 'failures', path: '/failures', ready: 'What goes wrong?', look: WIDE },
  { file: 'metrics', path: '/statistics?by=compare', ready: 'Which workflows differ?', look: WIDE },
  { file: 'phone', path: '/', ready: 'Which runs failed last?', look: PHONE },
] as const;

const IMAGES = path.resolve(import.meta.dirname, '../../../../docs/images');

async function openPage(browser: Browser, { width, height, theme }: Look): Promise<Page> {
  const viewport = { width, height };
  const zone = { locale: 'en-GB', timezoneId: 'UTC' };
  return browser.newPage({ viewport, colorScheme: theme, reducedMotion: 'reduce', ...zone });
}

async function take(page: Page, url: string, ready: string, file: string, fullPage: boolean): Promise<void> {
  await page.goto(url, { waitUntil: 'load' });
  await drawn(page, ready);
  // Charts are drawn in the frame after their data.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await page.screenshot({ path: file, fullPage, animations: 'disabled' });
  process.stdout.write(`${file}\n`);
}

async function takeBest(browser: Browser, url: string): Promise<void> {
  await mkdir(IMAGES, { recursive: true });
  for (const { file, path: view, ready, look } of BEST) {
    const page = await openPage(browser, look);
    await take(page, url + view, ready, path.join(IMAGES, `${file}.png`), false);
    await page.close();
  }
}

async function takeAll(browser: Browser, url: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [kind, look] of Object.entries({ light: WIDE, dark: DARK, phone: PHONE })) {
    const page = await openPage(browser, look);
    for (const { name, path: view, ready } of EVERY_VIEW)
      await take(page, url + view, ready, path.join(folder, `${name}-${kind}.png`), true);
    await page.close();
  }
}

async function takeEmpty(browser: Browser, url: string, folder: string): Promise<void> {
  const page = await openPage(browser, WIDE);
  const views = ['/', '/workflows', '/failures', '/active', '/statistics', '/services', '/pipeline', '/connect'];
  for (const view of views)
    await take(page, url + view, '', path.join(folder, `${view.slice(1) || 'overview'}-empty.png`), true);
  await page.close();
}

const { values } = parseArgs({ options: { all: { type: 'string' } } });
const now = Date.now();
const browser = await startChromium();
try {
  await withOwnStack({ events: scene(now), rejected: rejectedEvents(now) }, ({ url }) =>
    values.all === undefined ? takeBest(browser, url) : takeAll(browser, url, path.resolve(values.all)),
  );
  const folder = values.all;
  if (folder !== undefined) await withOwnStack({}, ({ url }) => takeEmpty(browser, url, path.resolve(folder)));
} finally {
  await browser.close();
}
