/** How long a person waits for the overview on a slow machine. */
import type { Browser } from 'playwright-core';

/** The processor, slowed down by so much: a phone, or a laptop on battery. */
const SLOWDOWN = 4;

/** Nothing that takes longer than 50 ms for so long: by then the page answers at once. */
const QUIET_MS = 500;

/** Notes, within the page, when the data stands there, and what keeps the main thread busy. */
const WATCH = `
  window.busy = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.busy.push([startTime, startTime + duration]);
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    const rows = document.querySelector('main section[aria-label="How does each environment fare?"] dd');
    if (rows !== null && document.querySelector('main [aria-busy="true"]') === null) window.drawnAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

export interface FirstView {
  /** All data of the overview stands there, ms after the navigation began. */
  readonly drawnMs: number;
  /** And the main thread is idle. */
  readonly interactiveMs: number;
}

/** One visit of somebody who was never here: nothing is cached. */
export async function firstView(browser: Browser, url: string): Promise<FirstView> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    await page.goto(url, { waitUntil: 'load' });
    const { drawnAt, busy } = await page.evaluate<{
      drawnAt: number;
      busy: [number, number][];
    }>(`new Promise((done) => {
      const look = () => {
        const last = Math.max(window.drawnAt ?? Infinity, ...window.busy.map(([, end]) => end));
        if (performance.now() > last + ${QUIET_MS}) done({ drawnAt: window.drawnAt, busy: window.busy });
        else setTimeout(look, 50);
      };
      look();
    })`);
    return { drawnMs: drawnAt, interactiveMs: idleFrom(drawnAt, busy) };
  } finally {
    await context.close();
  }
}

/** The end of the last long task before a quiet stretch that lies behind `drawnAt`. */
function idleFrom(drawnAt: number, busy: readonly (readonly [number, number])[]): number {
  let idle = drawnAt;
  for (const [begin, end] of busy.toSorted(([left], [right]) => left - right))
    if (end > idle && begin < idle + QUIET_MS) idle = end;
  return idle;
}
