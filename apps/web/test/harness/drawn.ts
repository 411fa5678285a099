/** When a view stands still enough to be looked at. */
import type { Page } from 'playwright-core';

/**
 * Waits until the view is drawn: its heading is there, nothing is on its way any more, and the typefaces are loaded.
 *
 * @param ready a heading that the view has when it is drawn; '' for any
 */
export async function drawn(page: Page, ready = ''): Promise<void> {
  const heading = page.getByRole('heading', ready === '' ? { level: 1 } : { name: ready });
  await heading.first().waitFor();
  await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready.then(() => undefined)');
}
