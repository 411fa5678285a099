/** Everybody who follows changes. Those with the same question get the same bytes. */
import type { Logger } from '@wm/runtime';
import type { ChangedRun, Sql } from '@wm/store';
import { activityState } from '../workflows/activity-state.ts';
import { ChangeFeed, type Changes } from './change-feed.ts';
import { encodeMessage, StreamClient } from './stream-client.ts';
import { judge, type StreamFilter } from './stream-filter.ts';
import { messageId, resumablePlace } from './stream-place.ts';

/** Connections of this process; further ones are asked to come later. */
export const MOST_CLIENTS = 1_000;

/** Runs in one message; beyond that it only says that there are many. */
const MOST_RUNS = 500;

const BEAT_MS = 15_000;

interface Follower {
  client: StreamClient;
  /** Whether it may go on: keys expire. */
  mayStay: () => Promise<boolean>;
  /** What came while it was being told what it missed; null: it is up to date. */
  waiting: Changes[] | null;
}

interface Group {
  filter: StreamFilter;
  followers: Set<Follower>;
}

export class StreamHub {
  readonly #feed: ChangeFeed;
  readonly #groups = new Map<string, Group>();
  readonly #logger: Logger;
  #clients = 0;
  readonly #beatMs: number;
  #beat: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Readings that have not begun, by place: after an outage all come back from the same one. */
  readonly #catchUps = new Map<string, Promise<Changes>>();
  #catchingUp: Promise<void> = Promise.resolve();
  #latest: { place: string; asOf: Date } | null = null;

  /**
   * @param sql the database itself
   * @param options.beatMs between signs of life, milliseconds; 15,000 where absent
   */
  constructor(sql: Sql, logger: Logger, options: { beatMs?: number } = {}) {
    this.#logger = logger;
    this.#beatMs = options.beatMs ?? BEAT_MS;
    this.#feed = new ChangeFeed({ sql, logger, onChanges: (changes) => this.#spread(changes) });
  }

  /** How many follow now. */
  get clients(): number {
    return this.#clients;
  }

  /**
   * Begins to follow.
   *
   * @param lastEventId of the message that the client saw last
   * @returns null where there are too many already, or it was closed
   * @throws the database's error
   */
  async open(
    filter: StreamFilter,
    lastEventId: string | undefined,
    mayStay: () => Promise<boolean>,
  ): Promise<StreamClient | null> {
    if (this.#isClosed || this.#clients >= MOST_CLIENTS) return null;
    this.#clients += 1;
    const key = JSON.stringify(filter);
    const group = this.#groups.get(key) ?? { filter, followers: new Set<Follower>() };
    const leave = (): void => {
      this.#clients -= 1;
      group.followers.delete(follower);
      if (group.followers.size === 0 && this.#groups.get(key) === group) this.#groups.delete(key);
    };
    const client = new StreamClient(() => this.#many('slow'), leave);
    const follower: Follower = { client, mayStay, waiting: [] };
    this.#groups.set(key, group);
    group.followers.add(follower);
    this.#beat ??= setInterval(() => void this.#keepAlive(), this.#beatMs).unref();
    try {
      await this.#begin(group, follower, lastEventId);
    } catch (error) {
      leave();
      throw error;
    }
    return client;
  }

  /** Ends all answers, and the feed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#beat);
    for (const { followers } of this.#groups.values()) for (const { client } of followers) client.close();
    this.#groups.clear();
    await this.#feed.stop();
  }

  async #begin(group: Group, follower: Follower, lastEventId: string | undefined): Promise<void> {
    const { client } = follower;
    const start = await this.#feed.start();
    const place = resumablePlace(lastEventId);
    const missed = place === null ? null : await this.#since(place);
    const asOf = missed?.asOf ?? new Date();
    client.send(
      encodeMessage('ready', messageId(missed?.place ?? start, asOf), {
        resumed: missed !== null && missed.runs !== null,
        asOf,
      }),
    );
    const waiting = follower.waiting ?? [];
    follower.waiting = null;
    if (lastEventId !== undefined && place === null) client.send(this.#many('too_old'));
    // What was read before is part of what was missed, and older than it.
    const later = waiting.filter((changes) => missed === null || changes.asOf >= missed.asOf);
    for (const changes of [...(missed === null ? [] : [missed]), ...later]) {
      const message = messageFor(group.filter, changes, new Map());
      if (message !== null) client.send(message);
    }
  }

  /** A reading that begins after this call: what it cannot see yet comes to whoever already waits. */
  #since(place: string): Promise<Changes> {
    const planned = this.#catchUps.get(place);
    if (planned !== undefined) return planned;
    const next = this.#catchingUp.then(() => {
      this.#catchUps.delete(place);
      return this.#feed.since(place);
    });
    this.#catchUps.set(place, next);
    this.#catchingUp = next.then(nothing, nothing);
    return next;
  }

  #spread(changes: Changes): void {
    this.#latest = changes;
    const texts = new Map<string, string>();
    for (const { filter, followers } of this.#groups.values()) {
      let message: Uint8Array | null | undefined;
      for (const { client, waiting } of followers) {
        if (waiting !== null) waiting.push(changes);
        else {
          message ??= messageFor(filter, changes, texts);
          if (message !== null) client.send(message);
        }
      }
    }
  }

  #many(reason: string): Uint8Array {
    return encodeMessage('many', null, { reason, asOf: this.#latest?.asOf ?? new Date() });
  }

  /** Keeps connections and places from growing old, and lets nobody stay whose key is not accepted any more. */
  async #keepAlive(): Promise<void> {
    const id = this.#latest === null ? null : messageId(this.#latest.place, this.#latest.asOf);
    const beat = encodeMessage('beat', id, { at: new Date() });
    const followers = [...this.#groups.values()].flatMap((group) => [...group.followers]);
    for (const follower of followers) {
      if (follower.waiting !== null) continue;
      const stays = await follower.mayStay().catch((error: unknown) => {
        this.#logger.debug({ error }, 'a key could not be checked; whoever follows with it goes on until it can be');
        return true;
      });
      if (stays) follower.client.send(beat);
      else follower.client.close();
    }
  }
}

const nothing = (): void => {};

/** null: nothing of it is theirs. @param texts of runs that were written out before */
function messageFor(
  filter: StreamFilter,
  { place, asOf, runs }: Changes,
  texts: Map<string, string>,
): Uint8Array | null {
  const id = messageId(place, asOf);
  if (runs === null) return encodeMessage('many', id, { reason: 'busy', asOf });
  const judged = runs.map((run) => ({ run, how: judge(filter, run) }));
  const matching = judged.filter(({ how }) => how === 'match');
  const left = judged.filter(({ how }) => how === 'left').map(({ run }) => run.id);
  if (matching.length + left.length === 0) return null;
  if (matching.length + left.length > MOST_RUNS) return encodeMessage('many', id, { reason: 'busy', asOf });
  const written = matching.map(({ run }) => {
    const text = texts.get(run.id) ?? JSON.stringify(streamRun(run, asOf));
    texts.set(run.id, text);
    return text;
  });
  const data = `{"runs":[${written.join(',')}],"left":${JSON.stringify(left)},"asOf":${JSON.stringify(asOf)}}`;
  return new TextEncoder().encode(`id: ${id}\nevent: changes\ndata: ${data}\n\n`);
}

/** What a list shows of a run. */
function streamRun(run: ChangedRun, now: Date) {
  const { id, env, serviceKey, workflowId, latest, workflowName, executionId, status, pauseReason, resumeAt } = run;
  const { currentStep, completedStepCount, errorMessage, errorGroup, startedAt, durationMs, gaps, sortAt } = run;
  const endedAt = run.completedAt ?? run.failedAt ?? run.cancelledAt;
  return {
    id,
    env,
    serviceKey,
    workflowId,
    run: run.run,
    latest,
    workflowName,
    executionId,
    status,
    activityState: activityState(run, now),
    pauseReason,
    resumeAt,
    currentStep,
    completedStepCount,
    errorMessage,
    errorGroup,
    startedAt,
    endedAt,
    durationMs,
    gaps,
    sortAt,
    lastEventAt: run.lastEventAt,
    updatedAt: run.updatedAt,
  };
}
