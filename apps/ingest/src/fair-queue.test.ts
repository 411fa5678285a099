import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

function drain(queue: FairQueue<string>): string[] {
  const order: string[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) order.push(next);
  return order;
}

it('lets whoever had least go first, and keeps the order of each', () => {
  const queue = new FairQueue<string>();
  for (const value of ['a1', 'a2', 'a3']) queue.push('a', value, 10);
  for (const value of ['b1', 'b2', 'b3']) queue.push('b', value, 4);
  expect(drain(queue)).toEqual(['a1', 'b1', 'b2', 'b3', 'a2', 'a3']);
});

it('gives one that comes late no more than its share from then on', () => {
  const queue = new FairQueue<string>();
  for (let index = 0; index < 6; index += 1) queue.push('a', `a${index}`, 1);
  expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(['a0', 'a1', 'a2']);
  for (let index = 0; index < 3; index += 1) queue.push('b', `b${index}`, 1);
  expect(drain(queue).join(' ')).toMatch(
    /^b0 a3 b1 a4 b2 a5$|^a3 b0 a4 b1 a5 b2$|^b0 b1 a3 b2 a4 a5$|^b0 b1 b2 a3 a4 a5$/,
  );
});

it('passes over those that may not go, and forgets those that have left', () => {
  const queue = new FairQueue<string>();
  queue.push('a', 'a1', 1);
  queue.push('b', 'b1', 1);
  queue.push('b', 'b2', 1);
  queue.remove('b', 'b1');
  queue.remove('b', 'never there');
  queue.remove('nobody', 'b1');
  expect(queue.peek((who) => who !== 'a')).toBe('b2');
  expect(queue.shift((who) => who !== 'a')).toBe('b2');
  expect(queue.shift((who) => who !== 'a')).toBeUndefined();
  expect([...queue.values()]).toEqual(['a1']);
  expect([...queue.waiting]).toEqual(['a']);
  expect(drain(queue)).toEqual(['a1']);
  expect([...queue.waiting]).toEqual([]);
});

it('gives back everything once, and never lets one service have more than a turn ahead of another that waits', () => {
  const pushes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 5 })), { maxLength: 60 });
  fc.assert(
    fc.property(pushes, (items) => {
      const queue = new FairQueue<{ who: string; cost: number; index: number }>();
      items.forEach(([who, cost], index) => queue.push(who, { who, cost, index }, cost));
      const had = new Map<string, number>();
      const seen: number[] = [];
      for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
        const least = Math.min(...[...queue.waiting].map((who) => had.get(who) ?? 0));
        expect(had.get(next.who) ?? 0).toBe(least);
        expect(queue.shift()).toBe(next);
        had.set(next.who, (had.get(next.who) ?? 0) + next.cost);
        seen.push(next.index);
      }
      expect(seen.toSorted((a, b) => a - b)).toEqual(items.map((_, index) => index));
    }),
  );
});
