import { expect, it } from 'vitest';
import { Turns } from './turns.ts';
import type { Turn } from './turns.ts';

it('lets a service have no more under way than may be, and others in beside it', async () => {
  const turns = new Turns(4, 60_000);
  const begun: { who: string; turn: Turn }[] = [];
  const take = async (who: string, weight: number): Promise<void> => {
    const turn = (await turns.take(who, weight))!;
    turn.weigh(weight);
    begun.push({ who, turn });
  };
  const letIn = (): string => begun.map(({ who }) => who).join('');
  const all = Array.from({ length: 8 }, () => take('a', 1));
  await Promise.all(all.slice(0, 4));
  // A fifth had come by now, if it were let in.
  await take('b', 1);
  expect(letIn()).toBe('aaaab');
  await take('b', 1);
  const third = take('b', 1);
  await take('c', 1);
  expect(letIn()).toBe('aaaabbc');
  // a has more than its share of a third while others are there.
  begun[0]!.turn.end();
  begun[4]!.turn.end();
  await third;
  expect(letIn()).toBe('aaaabbcb');
  for (const { turn } of begun.slice(1).filter((one) => one !== begun[4])) turn.end();
  await Promise.all(all);
  expect(letIn()).toBe('aaaabbcbaaaa');
});

it('gives up what waits too long, and lets in what stands behind it', async () => {
  const turns = new Turns(1, 20);
  const first = (await turns.take('a', 1))!;
  first.weigh(1);
  expect(await turns.take('a', 1)).toBeNull();
  const next = turns.take('a', 1);
  first.end();
  expect(await next).not.toBeNull();
});
