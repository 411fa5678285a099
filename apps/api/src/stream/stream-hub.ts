/** Everybody who follows changes. Those with the same question get the same bytes. */
import type { Logger } from '@wm/runtime';
import type { ChangedRun, Expectations, Look, Sql } from '@wm/store';
import { activityState } from '../active/activity.ts';
import type { UsualDurations } from '../active/expectations.ts';
import { Freshness } from '../http/freshness.ts';
import { ChangeFeed, type Changes } from './change-feed.ts';
import { encodeMessage, StreamClient } from './stream-client.ts';
import { judge, lookKey, looksOf, type StreamFilter } from './stream-filter.ts';
import { messageId, resumablePlace } from './stream-place.ts';

/** Connections of this process; further ones are asked to come later. */
export const MOST_CLIENTS = 1_000;

/** Runs in one message; beyond that it only says that there are many. */
const MOST_RUNS = 500;

/**
 * Different steps, tags and error texts that are followed at once. Each is looked up of every run that changes: of two
 * thousand runs, twenty are some tenths of a second.
 */
export const MOST_LOOKS = 20;

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
  /** What must be looked up to judge by it. */
  looks: readonly Look[];
  followers: Set<Follower>;
}

export class StreamHub {
  readonly #feed: ChangeFeed;
  readonly #freshness: Freshness;
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
   * @param usual what runs are judged by
   * @param options.beatMs between signs of life, milliseconds; 15,000 where absent
   */
  constructor(sql: Sql, logger: Logger, usual: UsualDurations, options: { beatMs?: number } = {}) {
    this.#logger = logger;
    this.#beatMs = options.beatMs ?? BEAT_MS;
    this.#freshness = new Freshness(sql);
    this.#feed = new ChangeFeed({
      sql,
      usual,
      logger,
      looks: () => [...this.#looks().values()],
      onChanges: (changes) => this.#spread(changes),
    });
  }

  /** How many follow now. */
  get clients(): number {
    return this.#clients;
  }

  /**
   * Begins to follow.
   *
   * @param lastEventId of the message that the client saw last
   * @returns null where there are too many already, too many different things to look up among them, or it was closed
   * @throws the database's error
   */
  async open(
    filter: StreamFilter,
    lastEventId: string | undefined,
    mayStay: () => Promise<boolean>,
  ): Promise<StreamClient | null> {
    if (this.#isClosed || this.#clients >= MOST_CLIENTS) return null;
    const looks = looksOf(filter);
    const followed = this.#looks();
    if (new Set([...followed.keys(), ...looks.map(lookKey)]).size > MOST_LOOKS) return null;
    this.#clients += 1;
    const key = JSON.stringify(filter);
    const group = this.#groups.get(key) ?? { filter, looks, followers: new Set<Follower>() };
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
        freshness: await this.#freshnessOf(group.filter),
        asOf,
      }),
    );
    const waiting = follower.waiting ?? [];
    follower.waiting = null;
    if (lastEventId !== undefined && place === null) client.send(this.#many('too_old'));
    // What was read before is part of what was missed, and older than it.
    const later = waiting.filter((changes) => missed === null || changes.asOf >= missed.asOf);
    for (const changes of [...(missed === null ? [] : [missed]), ...later]) {
      const message = messageFor(group, changes, new Map());
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
    for (const group of this.#groups.values()) {
      let message: Uint8Array | null | undefined;
      for (const { client, waiting } of group.followers) {
        if (waiting !== null) waiting.push(changes);
        else {
          message ??= messageFor(group, changes, texts);
          if (message !== null) client.send(message);
        }
      }
    }
  }

  /** What those who follow need looked up, by lookKey. */
  #looks(): Map<string, Look> {
    const groups = [...this.#groups.values()];
    return new Map(groups.flatMap(({ looks }) => looks.map((look) => [lookKey(look), look] as const)));
  }

  /** null: it cannot be told just now. */
  async #freshnessOf({ scope, envs, services }: StreamFilter) {
    return this.#freshness.of(scope, { envs, services }).catch((error: unknown) => {
      this.#logger.debug({ error }, 'how far the state is behind could not be read for those who follow');
      return null;
    });
  }

  #many(reason: string): Uint8Array {
    return encodeMessage('many', null, { reason, asOf: this.#latest?.asOf ?? new Date() });
  }

  /** Keeps connections and places from growing old, and lets nobody stay whose key is not accepted any more. */
  async #keepAlive(): Promise<void> {
    const id = this.#latest === null ? null : messageId(this.#latest.place, this.#latest.asOf);
    const groups = [...this.#groups.values()].map(({ filter, followers }) => ({ filter, followers: [...followers] }));
    for (const { filter, followers } of groups) {
      const beat = encodeMessage('beat', id, { at: new Date(), freshness: await this.#freshnessOf(filter) });
      await this.#sendBeat(beat, followers);
    }
  }

  async #sendBeat(beat: Uint8Array, followers: readonly Follower[]): Promise<void> {
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
function messageFor({ filter, looks }: Group, changes: Changes, texts: Map<string, string>): Uint8Array | null {
  const { place, asOf, runs, found, expectations } = changes;
  const id = messageId(place, asOf);
  const many = (): Uint8Array => encodeMessage('many', id, { reason: 'busy', asOf });
  if (runs === null) return many();
  if (runs.length === 0) return null;
  // They began to follow after it was read.
  if (!looks.every((look) => found.has(lookKey(look)))) return many();
  const judged = runs.map((run) => ({ run, how: judge(filter, run, changes) }));
  const matching = judged.filter(({ how }) => how === 'match');
  const left = judged.filter(({ how }) => how === 'left').map(({ run }) => run.id);
  if (matching.length + left.length === 0) return null;
  if (matching.length > MOST_RUNS) return many();
  const written = matching.map(({ run }) => {
    const text = texts.get(run.id) ?? JSON.stringify(streamRun(run, asOf, expectations));
    texts.set(run.id, text);
    return text;
  });
  const data = `{"runs":[${written.join(',')}],"left":${JSON.stringify(left)},"asOf":${JSON.stringify(asOf)}}`;
  return new TextEncoder().encode(`id: ${id}\nevent: changes\ndata: ${data}\n\n`);
}

/** What a list shows of a run. */
function streamRun(run: ChangedRun, now: Date, expectations: Expectations) {
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
    activityState: activityState(run, now, expectations),
    pauseReason,
    resumeAt,
    currentStep,
    completedStepCount,
    retryCount: run.retryCount,
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
