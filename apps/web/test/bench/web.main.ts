/**
 * `npm run bench:web`: how fast and how even the built dashboard is, over a store of 100,000 workflows, beside an empty page in the
 * same run. Options: --workflows (100000), --visits (5), --only size,first-view,frames,memory, --data DIR (keeps the loaded
 * store), --json.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { refuse } from '../../../../bench/src/long-command.ts';
import { keptStore, startLoadingServer } from '../../../../bench/src/loader/loaded-store.ts';
import { progressOf } from '../../../../bench/src/loader/progress.ts';
import { makeDataFolder, removeDataFolder } from '../../../../bench/src/pipeline/postgres.ts';
import { spreadOf } from '../../../../bench/src/measurement.ts';
import { textTable } from '../../../../bench/src/text-table.ts';
import { startChromium } from '../harness/chromium.ts';
import { withOwnStack } from '../harness/own-stack.ts';
import type { Stack } from '../harness/stack.ts';
import { LONG } from '../scene/answers.ts';
import { scene } from '../scene/scene.ts';
import { runPath } from '../scene/story.ts';
import { firstView } from './first-view.ts';
import { framesWhile, type Frames } from './frames.ts';
import { initialSize } from './initial-size.ts';
import { memoryOfAnHour } from './memory.ts';

const PARTS = ['size', 'first-view', 'frames', 'memory'] as const;

const { values } = parseArgs({
  options: {
    workflows: { type: 'string', default: '100000' },
    visits: { type: 'string', default: '5' },
    only: { type: 'string', default: PARTS.join(',') },
    data: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const parts = new Set(values.only.split(','));
const unknown = [...parts].filter((part) => !PARTS.some((known) => known === part));
if (unknown.length > 0) refuse(`--only takes ${PARTS.join(', ')}, not ${unknown.join(', ')}.`);
const workflows = Number(values.workflows);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

type Row = [name: string, figure: string, target: string];
const rows: Row[] = [];
const figures: Record<string, unknown> = { workflows };

async function measureFirstView(browser: Browser, url: string): Promise<void> {
  const visits = [];
  for (let visit = 0; visit < Number(values.visits); visit += 1) visits.push(await firstView(browser, url));
  const drawn = spreadOf(visits.map(({ drawnMs }) => drawnMs));
  const interactive = spreadOf(visits.map(({ interactiveMs }) => interactiveMs));
  figures['firstView'] = { drawn, interactive };
  rows.push(['overview drawn, 4 times slower CPU', `${drawn.median.toFixed(0)} ms`, '']);
  rows.push(['and interactive', `${interactive.median.toFixed(0)} ms`, 'below 1500 ms']);
}

const STEPS = 400;
const MIDDLE = { x: 800, y: 500 };

/** Each beside an empty page that is turned in the same way, right before. */
async function measureFrames(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const down = (): { x: number; y: number } => ({ x: 0, y: 480 });
  const sideways = (step: number): { x: number; y: number } => ({ x: step % 80 < 40 ? 60 : -60, y: 0 });
  await page.goto('about:blank');
  const empty = await framesWhile(page, MIDDLE, down, STEPS);
  await page.goto(`${url}/workflows?range=90d`);
  await page.getByRole('table', { name: 'Runs' }).locator('tbody tr').first().waitFor();
  const list = await framesWhile(page, MIDDLE, down, STEPS);
  const read = (await page.getByText(/rows read/).textContent()) ?? '';
  await page.goto('about:blank');
  const emptyAgain = await framesWhile(page, MIDDLE, sideways, STEPS);
  await page.goto(`${url}${runPath('production', LONG.service, LONG.execution)}`);
  await page.getByRole('button', { name: 'Closer' }).waitFor();
  for (let closer = 0; closer < 6; closer += 1) await page.getByRole('button', { name: 'Closer' }).click();
  const timeline = await framesWhile(page, MIDDLE, sideways, STEPS);
  await page.close();
  figures['frames'] = { empty, list, read, emptyAgain, timeline };
  addFrames('list', empty, list);
  addFrames('timeline', emptyAgain, timeline);
  rows.push(['scrolled over', read.replace(/;.*/, ''), '']);
}

function addFrames(name: string, empty: Frames, full: Frames): void {
  const ratio = (of: 'medianMs' | 'p95Ms'): string =>
    `${full[of].toFixed(1)} ms, ${(full[of] / empty[of]).toFixed(2)} ×`;
  rows.push([`${name}: median frame, of an empty page's`, ratio('medianMs'), 'at most 2 ×']);
  rows.push([`${name}: p95`, ratio('p95Ms'), 'at most 4 ×']);
}

async function measureMemory(browser: Browser, stack: Stack): Promise<void> {
  for (const view of ['/workflows', '/']) {
    const { runs, heapMb } = await memoryOfAnHour(browser, stack, view);
    // One look may meet an answer that is being read: the middle of the first three beside that of the last three.
    const begin = spreadOf(heapMb.slice(0, 3)).median;
    const end = spreadOf(heapMb.slice(-3)).median;
    const growth = (end / begin - 1) * 100;
    figures[`memory ${view}`] = { runs, heapMb, growth };
    rows.push([`heap of ${view}, ${runs} runs later`, `${end.toFixed(1)} MB, ${growth.toFixed(1)} %`, 'within 10 %']);
  }
}

if (parts.has('size')) {
  const { files, bytes } = await initialSize();
  figures['initialSize'] = { files, bytes };
  rows.push([`initial JavaScript, ${files} files gzipped`, `${(bytes / 1e3).toFixed(1)} kB`, 'below 250 kB']);
}

/** Loads the store, where the folder does not hold it yet. Returns its name there. */
async function loadedStore(dataDir: string): Promise<string> {
  const generators = availableParallelism() + 1;
  const progress = progressOf(workflows, say);
  const server = await startLoadingServer(dataDir, say);
  try {
    const { signal } = new AbortController();
    const url = await keptStore({ serverUrl: server.url, workflows, seed: 1, generators, progress, signal, say });
    return new URL(url).pathname.slice(1);
  } finally {
    await server.stop();
  }
}

if ([...parts].some((part) => part !== 'size')) {
  const dataDir = values.data ?? makeDataFolder('wm-bench-web-');
  const browser = await startChromium();
  try {
    const database = await loadedStore(dataDir);
    await withOwnStack({ copyOf: { dataDir, database }, events: scene(Date.now()) }, async (stack) => {
      say('Loaded; measuring …');
      if (parts.has('first-view')) await measureFirstView(browser, stack.url);
      if (parts.has('frames')) await measureFrames(browser, stack.url);
      if (parts.has('memory')) await measureMemory(browser, stack);
    });
  } finally {
    await browser.close();
    if (values.data === undefined) removeDataFolder(dataDir);
  }
}
process.stdout.write(`${textTable(rows, { firstColumn: 48, column: 26 })}\n`);
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
