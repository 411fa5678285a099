/** What a page that stays open keeps in memory while the world moves on. */
import type { Browser, Page } from 'playwright-core';
import { Story, type SceneEvent } from '../scene/story.ts';

export interface Memory {
  /** Runs that began and ended meanwhile. */
  readonly runs: number;
  /** Heap after collection, MB: after a quarter, which fills every cache, and at each further eighth. */
  readonly heapMb: readonly number[];
}

/** Runs a second of a busy system: five of them, for an hour. */
const RUNS = 5 * 3_600;
const PARTS = 8;

/** An hour's worth of updates as fast as the system takes them in, told to an open page. */
export async function memoryOfAnHour(
  browser: Browser,
  { url, post }: { url: string; post: (events: readonly SceneEvent[]) => Promise<void> },
  view: string,
): Promise<Memory> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await page.goto(`${url}${view}`, { waitUntil: 'load' });
    await page.getByText(/^Last event/).waitFor();
    const heapMb: number[] = [];
    for (let part = 1; part <= PARTS; part += 1) {
      const from = ((part - 1) * RUNS) / PARTS;
      for (let run = from; run < (part * RUNS) / PARTS; run += 50) await post(fiftyRuns(view, run));
      await told(page);
      if (part >= PARTS / 4) heapMb.push(await heapOf(page));
    }
    return { runs: RUNS, heapMb };
  } finally {
    await page.close();
  }
}

function fiftyRuns(view: string, first: number): SceneEvent[] {
  return Array.from({ length: 50 }, (_, index) => {
    const execution = `${view}-${first + index}`;
    const story = new Story({
      env: 'production',
      service: 'orders',
      workflow: 'processOrder',
      execution,
      at: Date.now(),
    });
    return story.started({ orderId: execution }).step('Validate', 3).step('Charge card', 5).completed().events;
  }).flat();
}

/** The page has heard of everything: its answers are as new as the last event, and no question is open. */
async function told(page: Page): Promise<void> {
  await page.getByText(/^Last event (now|\d+ s ago)$/).waitFor({ timeout: 120_000 });
  await page.waitForLoadState('load');
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  // Weak references and finalizers let go of theirs in the turn after.
  for (let turn = 0; turn < 3; turn += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}
