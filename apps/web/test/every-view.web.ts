/** What holds of every view: it can be read by everybody, in both themes, on a phone, enlarged, and shows data as text. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { test } from './harness/browser-test.ts';
import { drawn } from './harness/drawn.ts';
import { EVERY_VIEW } from './harness/every-view.ts';

interface AxeResults {
  violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
}

/** What axe finds serious or critical, by all of its rules or some, in a line each. The policy of the page allows no script from outside: it comes by the debugger. */
async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate<boolean>('typeof axe === "object"'))) {
    const session = await page.context().newCDPSession(page);
    await session.send('Runtime.evaluate', { expression: axe.source });
    await session.detach();
  }
  const options = { resultTypes: ['violations'], ...(rules !== undefined && { runOnly: rules }) };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) =>
      nodes.map((node) => `${impact} ${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
    );
}

/** How far the page is wider than the window, in pixels, and what sticks out. */
function sideways(page: Page): Promise<{ by: number; what: string[] }> {
  return page.evaluate<{ by: number; what: string[] }>(`(() => {
    const by = document.documentElement.scrollWidth - innerWidth;
    const out = by <= 0 ? [] : [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1);
    return { by: Math.max(0, by), what: out.slice(0, 5).map((each) => each.outerHTML.slice(0, 120)) };
  })()`);
}

test('axe finds nothing serious on any view, light and dark', async ({ visit }) => {
  const page = await visit('/connect');
  /** Each with the views that have it. */
  const found = new Map<string, string[]>();
  for (const { name, path, ready } of EVERY_VIEW) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(new URL(path, page.url()).href);
    await drawn(page, ready);
    const light = await seriousFindings(page);
    // Only colours differ in the dark.
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await seriousFindings(page, ['color-contrast', 'link-in-text-block']);
    for (const finding of [...light, ...dark.map((each) => `dark: ${each}`)])
      found.set(finding, [...(found.get(finding) ?? []), name]);
  }
  expect(Object.fromEntries(found)).toEqual({});
}, 300_000);

describe.each([
  { what: 'a phone of 390 pixels', options: { width: 390, height: 844 } },
  { what: 'a page enlarged to 200 %', options: { width: 1280, height: 800, zoom: 2 } },
])('$what', ({ options }) => {
  test('holds every view without moving it sideways', async ({ visit }) => {
    const page = await visit('/connect', options);
    const found: string[] = [];
    for (const { name, path, ready } of EVERY_VIEW) {
      await page.goto(new URL(path, page.url()).href);
      await drawn(page, ready);
      const { by, what } = await sideways(page);
      if (by > 0) found.push(`${name} is ${by} pixels too wide: ${what.join(' ')}`);
    }
    expect(found).toEqual([]);
  });

  test('reaches navigation, environments, time, search and live', async ({ visit }) => {
    const page = await visit('/', options);
    await drawn(page);
    await page.getByRole('button', { name: /environments/ }).click();
    await page.getByRole('checkbox', { name: 'staging' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Last 24 hours' }).click();
    await page.getByRole('button', { name: 'Last 3 days' }).click();
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Failures' }).click();
    await page.getByRole('heading', { level: 1, name: 'Failures' }).waitFor();
    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByRole('button', { name: /Search/ }).click();
    await page.getByRole('combobox', { name: 'Search' }).waitFor();
    const { searchParams } = new URL(page.url());
    expect([searchParams.get('env'), searchParams.get('range')]).toEqual(['staging', '3d']);
  });
});

test('no name, text or input of an event becomes markup, on any view', async ({ visit }) => {
  const page = await visit('/connect');
  for (const { path, ready } of EVERY_VIEW) {
    await page.goto(new URL(path, page.url()).href);
    await drawn(page, ready);
    const grown = await page.evaluate<unknown[]>(`[
      window.__markup,
      ...[...document.querySelectorAll('main img[src="x"], main svg[onload], main i, main u, main script, [href^="javascript:"], [onerror]')].map((each) => each.outerHTML),
    ].filter((each) => each !== undefined)`);
    expect(grown, path).toEqual([]);
  }
});

test('a link opened in a new window shows the same view', async ({ visit }) => {
  for (const path of [
    '/workflows?env=staging&status=failed&sort=duration&order=asc',
    '/failures?by=step&env=staging',
    '/active?state=stuck',
  ]) {
    const [one, other] = [await visit(path), await visit(path)];
    await Promise.all([drawn(one), drawn(other)]);
    const text = (page: Page): Promise<string> => page.locator('main').innerText();
    // Ages move on between the two; figures and names do not.
    const still = (all: string): string => all.replaceAll(/\d+(\.\d+)? (ms|s|m|h|d|min)\b/g, '');
    expect(still(await text(other))).toBe(still(await text(one)));
  }
});
