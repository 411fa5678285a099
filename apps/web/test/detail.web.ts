import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './harness/browser-test.ts';
import {
  CANCELLED,
  DEFECT,
  LATE,
  LONG,
  NEWEST_FAILURE,
  NO_START,
  RETRIED,
  SLEEPER,
  STUCK,
  TIMEOUT,
  TWICE,
} from './scene/answers.ts';
import { runPath } from './scene/story.ts';

const onboarding = (execution: string): string => runPath('production', 'onboarding', execution);

/** What stands behind a term of the head. */
const fact = (page: Page, term: string) =>
  page
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${term}$`) })
    .locator('xpath=following-sibling::dd');

test('the time of a run is split honestly into work and waits', async ({ visit }) => {
  const page = await visit(onboarding(RETRIED.execution));
  await page.getByRole('heading', { level: 1, name: /onboardUser.*completed/ }).waitFor();
  expect(await fact(page, 'Took').textContent()).toBe(RETRIED.duration);
  expect(await fact(page, 'Retries').textContent()).toBe(String(RETRIED.retries));
  await page
    .getByRole('listitem')
    .filter({ hasText: `active ${RETRIED.active}` })
    .waitFor();
  await page
    .getByRole('listitem')
    .filter({ hasText: `waiting for a retry ${RETRIED.retryWait}` })
    .waitFor();
});

test('a step tells each attempt, its failure and the wait behind it', async ({ visit }) => {
  const page = await visit(onboarding(RETRIED.execution));
  await page.getByRole('link', { name: RETRIED.step }).first().click();
  await page.getByRole('heading', { level: 1, name: RETRIED.step }).waitFor();
  const attempts = page.getByRole('table', { name: `Attempts of ${RETRIED.step}` }).locator('tbody tr');
  await expect.poll(() => attempts.count()).toBe(RETRIED.attempts);
  const results = await attempts.allTextContents();
  expect(results.map((text) => /failure|success/.exec(text)?.[0])).toEqual(['failure', 'failure', 'success']);
  await attempts
    .nth(0)
    .getByText(/after 5\.0 s/)
    .waitFor();
  await attempts
    .nth(1)
    .getByText(/after 10 s/)
    .waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: /onboardUser/ }).waitFor();
});

test('an error speaks: message first, own frames of the stack, the others behind a button, copied whole', async ({
  visit,
}) => {
  const { env, service, execution, message, ownFrame, file } = NEWEST_FAILURE;
  const page = await visit(runPath(env, service, execution));
  const error = page.getByRole('region', { name: 'Error' });
  await error.getByText(message, { exact: true }).waitFor();
  await error.getByText(ownFrame).waitFor();
  expect(await error.textContent()).not.toContain('node_modules');
  await error.getByRole('button', { name: /Show all \d frames/ }).click();
  await error
    .getByText(/node_modules/)
    .first()
    .waitFor();
  await error.getByRole('button', { name: /^Copy/ }).click();
  await expect.poll(() => page.evaluate<string>('navigator.clipboard.readText()')).toContain(`/srv/app/${file}`);
});

test('what never arrived is told in words', async ({ visit }) => {
  const page = await visit(onboarding(NO_START.execution));
  await page.getByText('The start of this run never arrived.').waitFor();
  await page.getByText('never arrived', { exact: true }).waitFor();
});

test('what is concluded is told apart from what was reported', async ({ visit }) => {
  const page = await visit(onboarding(DEFECT.execution));
  await page
    .getByText(/It failed in/)
    .getByRole('link', { name: DEFECT.step })
    .waitFor();
  await page.getByText(/most likely: the client does not name the step/).waitFor();
  await page.getByText('Events of some steps never arrived.').waitFor();
});

test('earlier runs of the same id stay reachable', async ({ visit }) => {
  const page = await visit(onboarding(TWICE.execution));
  await page.getByRole('link', { name: 'run 2 of 2' }).waitFor();
  await page.getByRole('link', { name: 'Run before' }).click();
  await page.getByRole('region', { name: 'Error' }).getByText(TWICE.firstFailedWith).waitFor();
  await page.getByRole('link', { name: 'Next run' }).click();
  await page.getByText('It ran to its end.').waitFor();
});

test('runs that wait, are stuck, late, timed out or cancelled say why', async ({ visit }) => {
  const page = await visit(onboarding(SLEEPER.execution));
  await page.getByText(/^Sleeping until .*\(in 2[34] h/).waitFor();
  const open = (path: string): Promise<unknown> => page.goto(new URL(path, page.url()).href);
  await open(runPath(STUCK.env, STUCK.service, STUCK.execution));
  await page.getByText(/[Ss]ilent for 2 h/).waitFor();
  await open(onboarding(LATE.execution));
  await page.getByText(/[Ss]hould have resumed 4\d m/).waitFor();
  await open(onboarding(TIMEOUT.execution));
  await page.getByText(`Step "${TIMEOUT.step}" timed out after 5000ms`).first().waitFor();
  await open(onboarding(CANCELLED.execution));
  await page.getByText(`It was cancelled: ${CANCELLED.reason}`).waitFor();
});

test('the input can be searched and copied, by value and by path', async ({ visit }) => {
  const page = await visit(`${onboarding(RETRIED.execution)}?tab=input`);
  await page.getByRole('searchbox', { name: 'Search in the input' }).fill('Zür');
  const found = page.getByRole('treeitem', { name: /city/ });
  await found.click();
  await page.getByRole('button', { name: 'Copy path' }).click();
  await expect.poll(() => page.evaluate<string>('navigator.clipboard.readText()')).toContain('address.city');
});

test('events can be filtered, and each read whole', async ({ visit }) => {
  const page = await visit(onboarding(RETRIED.execution));
  await page.getByRole('link', { name: 'Events', exact: true }).click();
  await page.getByRole('combobox', { name: 'Type' }).selectOption('retry.scheduled');
  const rows = page.getByRole('table', { name: 'Events' }).locator('tbody tr').filter({ hasText: 'retry.scheduled' });
  await expect.poll(() => rows.count()).toBe(RETRIED.retries);
  await expect.poll(() => page.getByRole('table', { name: 'Events' }).getByText('step.completed').count()).toBe(0);
  expect(new URL(page.url()).searchParams.get('type')).toBe('retry.scheduled');
  await rows.first().getByRole('link', { name: 'retry.scheduled' }).click();
  await page.getByText('"nextAttemptAt"').or(page.getByText('nextAttemptAt')).first().waitFor();
});

test('the scrubber shows the state as of any event, and a link to it shows the same', async ({ visit }) => {
  const page = await visit(`${onboarding(RETRIED.execution)}?tab=why`);
  await page.getByRole('row', { name: /^Status completed/ }).waitFor();
  await page.getByRole('button', { name: 'First event' }).click();
  await page.getByRole('row', { name: /^Status (changed )?running/ }).waitFor();
  for (let event = 2; event <= 6; event += 1) {
    await page.getByRole('button', { name: 'One event on' }).click();
    await page.getByText(`· ${event} of 14`).waitFor();
  }
  // The sixth is the pause before the second attempt.
  await page.getByRole('row', { name: /^Status (changed )?(paused|retrying)/ }).waitFor();
  const other = await visit(new URL(page.url()).pathname + new URL(page.url()).search);
  await other.getByRole('row', { name: /^Status (changed )?(paused|retrying)/ }).waitFor();
  await other.getByText('· 6 of 14').waitFor();
});

test('a failed run is compared with the nearest one that succeeded: path, times, input', async ({ visit }) => {
  const { env, service, execution, step } = NEWEST_FAILURE;
  const page = await visit(`${runPath(env, service, execution)}?tab=compare`);
  const inAll = page.getByRole('table', { name: 'The two runs in all' });
  await inAll.getByRole('row', { name: /^State failed completed/ }).waitFor();
  const steps = page.getByRole('table', { name: 'Steps of both runs' });
  await steps
    .getByRole('row', { name: new RegExp(`^${step}`) })
    .filter({ hasText: 'failed' })
    .waitFor();
});

test('a run of ten thousand events opens, and draws only what is in sight', async ({ visit }) => {
  const page = await visit(runPath('production', LONG.service, LONG.execution));
  await page.getByText('4,999 of 4,999 seen').waitFor();
  expect(await fact(page, 'Events').textContent()).toBe('10,000');
  const rows = page.getByRole('list', { name: /Steps and sleeps/ }).getByRole('listitem');
  await rows.filter({ hasText: 'Record 1' }).first().waitFor();
  expect(await rows.count()).toBeLessThan(200);
});
