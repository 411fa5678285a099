import type { Random } from '@wm/simulator';

/**
 * When requests of many independent clients arrive: milliseconds from the beginning, ascending, with gaps drawn from the
 * exponential distribution.
 *
 * @param perSecond on average
 */
export function arrivalTimes(random: Random, count: number, perSecond: number): number[] {
  let at = 0;
  return Array.from({ length: count }, () => (at += (-Math.log(1 - random.next()) / perSecond) * 1_000));
}
