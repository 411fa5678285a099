/** All clients of the stream, in a process of their own: what they cost is not to delay what they measure. */
import { setTimeout as pause } from 'node:timers/promises';
import { Follower, type FollowerOutcome } from './follower.ts';

export interface FollowerOrder {
  readonly query: string;
  /** When its connection is cut, milliseconds after the beginning; null: never. */
  readonly cutAtMs: number | null;
  /** How long it stays away then. */
  readonly awayMs: number;
  /** It reads nothing until the end. */
  readonly sleeps: boolean;
}

export type FollowersOrder =
  | {
      readonly type: 'open';
      readonly apiUrl: string;
      readonly ticks: number;
      readonly clients: readonly FollowerOrder[];
    }
  | { readonly type: 'begin' }
  /** What each query shows in the end: states by id. */
  | { readonly type: 'compare'; readonly expected: ReadonlyMap<string, ReadonlyMap<string, string>> };

export interface ComparedOutcome extends FollowerOutcome {
  /** Runs that it knows otherwise than they are, or not at all. */
  readonly differing: number;
}

export type FollowersAnswer =
  | { readonly type: 'opened'; readonly refused: readonly string[] }
  | { readonly type: 'compared'; readonly outcomes: readonly ComparedOutcome[] };

const AT_ONCE = 50;
/** Whoever does not know everything so long after the last commit never will. */
const SETTLED_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 100;

let orders: readonly FollowerOrder[] = [];
let followers: Follower[] = [];
const cuts: Promise<void>[] = [];

async function open(apiUrl: string, ticks: number, clients: readonly FollowerOrder[]): Promise<void> {
  orders = clients;
  followers = clients.map(({ query }) => new Follower(apiUrl, query, ticks));
  const refused: string[] = [];
  for (let from = 0; from < followers.length; from += AT_ONCE) {
    const some = followers.slice(from, from + AT_ONCE);
    await Promise.all(
      some.map((follower) => follower.open().catch((error: Error) => void refused.push(error.message))),
    );
  }
  answer({ type: 'opened', refused });
}

function begin(): void {
  for (const [index, { cutAtMs, awayMs, sleeps }] of orders.entries()) {
    const follower = followers[index]!;
    if (sleeps) follower.sleep();
    if (cutAtMs !== null) cuts.push(pause(cutAtMs).then(() => follower.cut(pause(awayMs))));
  }
}

async function compare(expected: ReadonlyMap<string, ReadonlyMap<string, string>>): Promise<void> {
  await Promise.all(cuts);
  for (const follower of followers) follower.wake();
  const until = performance.now() + SETTLED_WITHIN_MS;
  const outcomes = await Promise.all(
    followers.map(async (follower, index): Promise<ComparedOutcome> => {
      const shown = expected.get(orders[index]!.query)!;
      let differing = await follower.differing(shown);
      while (differing > 0 && performance.now() < until) {
        await pause(LOOK_EVERY_MS);
        differing = await follower.differing(shown);
      }
      return { ...follower.outcome(), differing };
    }),
  );
  for (const follower of followers) follower.close();
  answer({ type: 'compared', outcomes });
}

function answer(what: FollowersAnswer): void {
  process.send!(what);
}

process.on('message', (order: FollowersOrder) => {
  if (order.type === 'open') void open(order.apiUrl, order.ticks, order.clients);
  else if (order.type === 'begin') begin();
  else void compare(order.expected);
});
