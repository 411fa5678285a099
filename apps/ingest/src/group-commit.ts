/**
 * Writes the events of requests that arrive together in one statement, because the transaction is what costs. A request
 * on a quiet service is written at once; while groups are being written, the others gather.
 *
 * If a group fails, each of its requests is written by itself, and a request whose events PostgreSQL refuses is halved
 * until the bad event stands alone. So one bad event, or one bad request, hurts nobody else.
 *
 * A request that is larger than a group is written in pieces, one after the other: that bounds what is held at once, lets
 * others in between, and when it is sent again after a 503 it goes on where it was.
 */
import type { StorableEvent } from '@wm/events';
import type { Tracing } from '@wm/runtime';
import type { InsertOutcome } from '@wm/store';
import { DatabaseTimeout } from './database.ts';
import { FairQueue } from './fair-queue.ts';
import { commitDeadline } from './limits.ts';
import type { IngestLimits } from './limits.ts';
import { sqlStateOf } from './sql-state.ts';

/** What became of one event: stored (now or before), or why not. */
export type WriteOutcome = InsertOutcome | { refused: string };

export interface GroupCommitOptions {
  /** Writes events in one transaction, or throws. */
  insert: (events: readonly StorableEvent[], timeoutMs: number) => Promise<InsertOutcome[]>;
  limits: IngestLimits;
  /** Told the size of each group, in requests and events. */
  onGroup: (requests: number, events: number) => void;
  tracing: Tracing;
}

/** Whose events they are. */
export interface Sending {
  /** Services take turns. */
  service: string;
  /** The span of the request. */
  traceparent?: string | undefined;
}

interface Entry {
  from: Sending;
  events: readonly StorableEvent[];
  bytes: number;
  submittedAt: number;
  /** Answered, or given up. */
  settled: boolean;
  resolve: (outcomes: WriteOutcome[]) => void;
  reject: (error: unknown) => void;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #waiting = new FairQueue<Entry>();
  #writing = 0;
  #pumpSoon = false;
  #pumpLater = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the events are committed, with an outcome per event.
   *
   * @throws where PostgreSQL cannot take them now, or does not in time; whether they were stored is then not known
   */
  async submit(events: readonly StorableEvent[], from: Sending): Promise<WriteOutcome[]> {
    const { limits } = this.#options;
    const timeoutMs = commitDeadline(limits, bytesOf(events), events.length);
    const startedAt = performance.now();
    const outcomes: WriteOutcome[][] = [];
    for (const piece of inPieces(events, limits)) {
      if (performance.now() - startedAt > timeoutMs) throw tooSlow(timeoutMs);
      outcomes.push(await this.#submitPiece(piece, from));
    }
    return outcomes.flat();
  }

  #submitPiece(events: readonly StorableEvent[], from: Sending): Promise<WriteOutcome[]> {
    const bytes = bytesOf(events);
    const timeoutMs = commitDeadline(this.#options.limits, bytes, events.length);
    return new Promise((resolve, reject) => {
      const submittedAt = performance.now();
      const entry: Entry = { from, events, bytes, submittedAt, settled: false, resolve, reject };
      const timer = setTimeout(() => {
        this.#waiting.remove(from.service, entry);
        settle(entry, () => reject(tooSlow(timeoutMs)));
      }, timeoutMs);
      entry.resolve = (outcomes) => settle(entry, () => (clearTimeout(timer), resolve(outcomes)));
      entry.reject = (error) => settle(entry, () => (clearTimeout(timer), reject(error)));
      this.#waiting.push(from.service, entry, events.length);
      this.#schedule();
    });
  }

  /** After the current turn of the event loop, so that what arrived in it goes together. */
  #schedule(): void {
    if (this.#pumpSoon) return;
    this.#pumpSoon = true;
    setImmediate(() => {
      this.#pumpSoon = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#mayWrite()) {
      void this.#write(this.#takeGroup()).finally(() => this.#schedule());
    }
    if (this.#waiting.peek() !== undefined && this.#writing < this.#options.limits.groupsAtOnce) {
      this.#pumpOnceGathered();
    }
  }

  #pumpOnceGathered(): void {
    if (this.#pumpLater) return;
    this.#pumpLater = true;
    setTimeout(() => {
      this.#pumpLater = false;
      this.#pump();
    }, this.#options.limits.gatherMs);
  }

  #mayWrite(): boolean {
    const { groupsAtOnce, gatherMs, groupBytes, groupEvents } = this.#options.limits;
    if (this.#waiting.peek() === undefined || this.#writing >= groupsAtOnce) return false;
    if (this.#writing === 0) return true;
    const gatheredBy = performance.now() - gatherMs;
    let bytes = 0;
    let events = 0;
    for (const entry of this.#waiting.values()) {
      bytes += entry.bytes;
      events += entry.events.length;
      if (entry.submittedAt <= gatheredBy || bytes >= groupBytes || events >= groupEvents) return true;
    }
    return false;
  }

  #takeGroup(): Entry[] {
    const { groupBytes, groupEvents } = this.#options.limits;
    const group: Entry[] = [];
    let bytes = 0;
    let events = 0;
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      bytes += next.bytes;
      events += next.events.length;
      if (group.length > 0 && (bytes > groupBytes || events > groupEvents)) break;
      this.#waiting.shift();
      group.push(next);
    }
    return group;
  }

  /** Never rejects: every entry gets its own answer. */
  async #write(group: Entry[]): Promise<void> {
    this.#writing += 1;
    try {
      const causes = group.map(({ from }) => from.traceparent);
      const attributes = { 'wm.requests': group.length };
      await this.#options.tracing.span('commit', { causes, attributes }, () => this.#writeTogether(group));
    } finally {
      this.#writing -= 1;
    }
  }

  async #writeTogether(group: Entry[]): Promise<void> {
    const events = group.flatMap((entry) => entry.events);
    this.#options.onGroup(group.length, events.length);
    try {
      const outcomes = await this.#insert(events);
      let from = 0;
      for (const entry of group) {
        entry.resolve(outcomes.slice(from, from + entry.events.length));
        from += entry.events.length;
      }
    } catch (error) {
      // Without a word of PostgreSQL about the statement itself there is no use in trying it in smaller pieces.
      const isWorthRetrying = sqlStateOf(error) !== null && (group.length > 1 || isRefusal(error));
      for (const entry of group) {
        if (isWorthRetrying) await this.#writeAlone(entry);
        else entry.reject(error);
      }
    }
  }

  async #writeAlone(entry: Entry): Promise<void> {
    if (entry.settled) return;
    try {
      entry.resolve(await this.#bisect(entry.events));
    } catch (error) {
      entry.reject(error);
    }
  }

  async #bisect(events: readonly StorableEvent[]): Promise<WriteOutcome[]> {
    try {
      return await this.#insert(events);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (events.length === 1)
        return [{ refused: `PostgreSQL: ${(error as Error).message} (SQLSTATE ${sqlStateOf(error)})` }];
      const middle = events.length >> 1;
      return [...(await this.#bisect(events.slice(0, middle))), ...(await this.#bisect(events.slice(middle)))];
    }
  }

  #insert(events: readonly StorableEvent[]): Promise<InsertOutcome[]> {
    return this.#options.insert(events, commitDeadline(this.#options.limits, bytesOf(events), events.length));
  }
}

function bytesOf(events: readonly StorableEvent[]): number {
  return events.reduce((sum, event) => sum + event.payload.length, 0);
}

function* inPieces(
  events: readonly StorableEvent[],
  { groupEvents, groupBytes }: IngestLimits,
): Generator<readonly StorableEvent[]> {
  let from = 0;
  let bytes = 0;
  for (const [index, { payload }] of events.entries()) {
    if (index > from && (index - from >= groupEvents || bytes + payload.length > groupBytes)) {
      yield events.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += payload.length;
  }
  if (from < events.length) yield events.slice(from);
}

function tooSlow(timeoutMs: number): DatabaseTimeout {
  return new DatabaseTimeout(`the commit took longer than ${timeoutMs} ms`);
}

/** The data itself is at fault: classes data exception, integrity constraint violation, program limit exceeded. */
function isRefusal(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlStateOf(error) ?? '');
}

function settle(entry: Entry, outcome: () => void): void {
  if (entry.settled) return;
  entry.settled = true;
  outcome();
}
