/** How even a page moves while somebody turns the wheel: the time between its frames. */
import type { Page } from 'playwright-core';

export interface Frames {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

const RECORD = `
  window.frames_ = [];
  let before;
  const note = (at) => {
    if (before !== undefined) window.frames_.push(at - before);
    before = at;
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
`;

/**
 * Turns the wheel over a place for a while, in the same steps on every page.
 *
 * @param turn pixels of each step, to the right and down
 */
export async function framesWhile(
  page: Page,
  place: { x: number; y: number },
  turn: (step: number) => { x: number; y: number },
  steps: number,
): Promise<Frames> {
  await page.mouse.move(place.x, place.y);
  await page.evaluate(RECORD);
  for (let step = 0; step < steps; step += 1) {
    const { x, y } = turn(step);
    await page.mouse.wheel(x, y);
  }
  const frames = await page.evaluate<number[]>('window.frames_');
  const sorted = frames.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.ceil((sorted.length - 1) * share)] ?? NaN;
  return { count: frames.length, medianMs: at(0.5), p95Ms: at(0.95) };
}
