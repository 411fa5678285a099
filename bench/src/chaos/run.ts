/** One run: real processes, traffic, faults, and the ledger at the end. */
import { setMaxListeners } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECTION_VERSION } from '@wm/projection';
import { isStaleWalkFinished, readLag, readPipelineCounters } from '@wm/store';
import type { Broken } from './broken.ts';
import { strike } from './inject.ts';
import type { Heal } from './inject.ts';
import { reckon } from './ledger.ts';
import type { Check } from './ledger.ts';
import { Memory } from './memory.ts';
import { measureRecovery } from './recovery.ts';
import { scheduleText } from './report.ts';
import type { ChaosReport, FaultReport } from './report.ts';
import { faultText, partsHeld, planFaults } from './schedule.ts';
import type { Backend, Fault, FaultKind, FaultPlan } from './schedule.ts';
import { Cleanup, INGESTS, killAll, NEXT_WORKERS, startSystem, WORKERS } from './system.ts';
import type { System } from './system.ts';
import { Tracker } from './tracker.ts';
import { withResolvers } from './with-resolvers.ts';
import { runTraffic } from './traffic.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** How long there is traffic, milliseconds. */
  readonly lengthMs: number;
  readonly backend: Backend;
  readonly plan: FaultPlan;
  /** Events per second. */
  readonly rate: number;
  readonly broken: Broken | null;
  /** Gets lines for people. */
  readonly say: (line: string) => void;
  /** Ends the run early: all processes are ended and the run rejects. */
  readonly signal: AbortSignal;
}

const PROGRESS_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 250;
/** Slow is not stuck: as long as it gets less, it is waited for. */
const STUCK_AFTER_MS = 90_000;
/** A client has sent for the last time by then, or nearly had its answer. */
const TRIED_FOR_MS = 8_000;
/** What is back by then must cost the client no event. */
const BACK_WITHIN_MS = 5_000;

/** @throws where the parts cannot be started, or the signal ends the run */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, lengthMs, backend, plan, broken, say } = options;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wm-chaos-'));
  chmodSync(folder, 0o755); // as root, PostgreSQL runs under another account, which must get in
  const cleanup = new Cleanup();
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  // Every request that waits for its next try listens.
  setMaxListeners(0, signal);
  let atOnce = (): void => {};
  let keepLogs = true;
  try {
    say('Starting PostgreSQL, the queue, 2 ingest services, 3 workers and 2 of the next version …');
    const system = await startSystem({ folder, backend, seed, broken }, cleanup);
    atOnce = () => killAll(system);
    process.once('exit', atOnce);
    const without = missing(system, broken, say);
    const workers = without.includes('deploy') ? WORKERS : [...WORKERS, ...NEXT_WORKERS];
    const faults = planFaults({ seed, lengthMs, backend, plan, without, ingests: INGESTS, workers });
    say(`Seed ${seed}: ${faults.length} faults in ${lengthMs / 1_000} s of traffic, queue on ${backend}.`);
    say(scheduleText(faults));
    const report = await new Run({ ...options, signal }, system, faults).toTheEnd();
    keepLogs = !report.clean;
    return report;
  } finally {
    over.abort();
    await cleanup.run();
    process.off('exit', atOnce);
    const isKept = keepLogs && !options.signal.aborted;
    if (isKept) say(`What the processes wrote is kept in ${path.join(folder, 'logs')}.`);
    for (const name of readdirSync(folder).filter((entry) => !isKept || entry !== 'logs')) {
      rmSync(path.join(folder, name), { recursive: true, force: true });
    }
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  }
}

/** Kinds of faults that cannot be had in this run. */
function missing(system: System, broken: Broken | null, say: (line: string) => void): FaultKind[] {
  const without: FaultKind[] = [];
  if (!system.postgres.hasOwnDisk) {
    say('Without "full disk": a small disk of its own (mount -t tmpfs) cannot be had for PostgreSQL here; root can.');
    without.push('full disk');
  }
  if (broken !== null) {
    say('Without "deploy": workers of the next version are whole, and would mend what the broken ones do.');
    without.push('deploy');
  }
  return without;
}

class Run {
  readonly #options: ChaosOptions;
  readonly #system: System;
  readonly #faults: readonly Fault[];
  readonly #memory = new Memory();
  readonly #tracker: Tracker;
  readonly #reports: FaultReport[] = [];
  /** Those that were played in turn, with the requests that were dropped then. */
  readonly #restarts: { awayMs: number; dropped: number }[] = [];
  readonly #begun = performance.now();
  /** One strike after the other: PostgreSQL must not go away while one holds a table. */
  #striking: Promise<unknown> = Promise.resolve();
  /** By part: what must be back before it is struck again. On a busy machine that takes longer than planned. */
  readonly #healing = new Map<string, Promise<unknown>>();
  #longestLagMs = 0;
  #watching = true;

  constructor(options: ChaosOptions, system: System, faults: readonly Fault[]) {
    this.#options = options;
    this.#system = system;
    this.#faults = faults;
    this.#tracker = new Tracker(system.proxy.url, this.#memory, options.signal);
  }

  async toTheEnd(): Promise<ChaosReport> {
    const { seed, rate, lengthMs, signal, say } = this.#options;
    const watching = this.#watch();
    await Promise.all([
      runTraffic(this.#tracker, { seed, rate, lengthMs, signal }),
      this.#options.plan === 'restarts'
        ? this.#playInTurn()
        : Promise.all(this.#faults.map((fault) => this.#play(fault))),
    ]);
    say('No more traffic. Waiting until every request has ended and nothing is pending or to be folded again …');
    await this.#tracker.idle();
    await Promise.all([...this.#system.services.values()].map((service) => service.ready()));
    const drainedMs = await this.#drained();
    this.#watching = false;
    await watching;
    signal.throwIfAborted();
    const { checks, unacknowledged } = await reckon(this.#system, this.#memory, say);
    const more = [...(this.#options.plan === 'restarts' ? [this.#nothingDropped()] : []), this.#endedByThemselves()];
    return this.#report([...checks, ...more], unacknowledged, drainedMs);
  }

  /** One after the other, however long each takes, so that no batch meets two of them. What no longer fits in is left out. */
  async #playInTurn(): Promise<void> {
    const { lengthMs, signal } = this.#options;
    const { counts } = this.#tracker;
    for (const fault of this.#faults) {
      if (performance.now() - this.#begun > lengthMs - TRIED_FOR_MS) return;
      const before = counts.droppedRequests;
      const awayMs = await this.#play(fault);
      await pause(TRIED_FOR_MS, undefined, { signal });
      this.#restarts.push({ awayMs, dropped: counts.droppedRequests - before });
    }
  }

  /** Resolves to how long what it struck was away, milliseconds. */
  async #play(fault: Fault): Promise<number> {
    const { signal } = this.#options;
    await pause(Math.max(0, fault.at - (performance.now() - this.#begun)), undefined, { signal });
    const parts = partsHeld(fault);
    const earlier = parts.flatMap((part) => this.#healing.get(part) ?? []);
    const healed = withResolvers();
    for (const part of parts) this.#healing.set(part, healed.promise);
    await Promise.all(earlier);
    const striking = this.#striking.then(() => this.#strike(fault));
    this.#striking = striking.catch(() => {});
    const heal = await striking;
    const struckAt = performance.now();
    const recovery = measureRecovery(this.#system, this.#tracker, signal);
    // A process that was killed is away for that time by itself.
    if (!fault.kind.startsWith('kill')) await pause(fault.forMs, undefined, { signal });
    await heal();
    healed.resolve();
    const awayMs = Math.round(performance.now() - struckAt);
    this.#reports.push({ fault, awayMs, recovery: await recovery });
    return awayMs;
  }

  async #strike(fault: Fault): Promise<Heal> {
    this.#options.signal.throwIfAborted();
    const heal = await strike(this.#system, fault);
    this.#options.say(`${this.#clock()}  ${faultText(fault)}`);
    return heal;
  }

  /** Follows the age of the oldest pending event, and says now and then how it goes. */
  async #watch(): Promise<void> {
    for (let round = 1; this.#watching && !this.#options.signal.aborted; round += 1) {
      await pause(LOOK_EVERY_MS);
      const lag = await readLag(this.#system.sql).catch(() => 0);
      this.#longestLagMs = Math.max(this.#longestLagMs, lag);
      if (round % (PROGRESS_EVERY_MS / LOOK_EVERY_MS) === 0) this.#progress(lag);
    }
  }

  #progress(lagMs: number): void {
    const { counts } = this.#tracker;
    const failed = Object.values(counts.failedTries).reduce((sum, count) => sum + count, 0);
    const parts = [
      `${this.#memory.events.size} events sent`,
      `${counts.inFlight} requests under way`,
      `${failed} failed tries`,
      `${counts.droppedRequests} dropped`,
      `oldest pending ${(lagMs / 1_000).toFixed(1)} s`,
    ];
    this.#options.say(`${this.#clock()}  ${parts.join(' · ')}`);
  }

  #clock(): string {
    return `${((performance.now() - this.#begun) / 1_000).toFixed(1)} s`.padStart(8);
  }

  /** Resolves to how long it took until nothing was pending and nothing to be folded again; null where nothing moves any more. */
  async #drained(): Promise<number | null> {
    const { sql } = this.#system;
    const begun = performance.now();
    let least = Number.POSITIVE_INFINITY;
    for (let movedAt = begun; performance.now() - movedAt < STUCK_AFTER_MS;) {
      this.#options.signal.throwIfAborted();
      const [row] = await sql<[{ left: number }]>`
        SELECT (SELECT count(*) FROM pending_events) + (SELECT count(*) FROM rebuild_requests) AS left`;
      if (row.left === 0 && (await isStaleWalkFinished(sql, PROJECTION_VERSION))) {
        return Math.round(performance.now() - begun);
      }
      if (row.left < least) movedAt = performance.now();
      least = Math.min(least, row.left);
      await pause(LOOK_EVERY_MS);
    }
    return null;
  }

  /** What a machine takes longer for than five seconds, because it is busy, says nothing about the rule. */
  #nothingDropped(): Check {
    const judged = this.#restarts.filter(({ awayMs }) => awayMs <= BACK_WITHIN_MS);
    const dropped = judged.reduce((sum, restart) => sum + restart.dropped, 0);
    const longestMs = Math.max(0, ...judged.map(({ awayMs }) => awayMs));
    const others = this.#restarts.length - judged.length;
    const found = `${dropped} requests dropped in ${judged.length} absences of up to ${(longestMs / 1_000).toFixed(1)} s`;
    return {
      name: 'nothing dropped',
      ok: dropped === 0 && judged.length > 0,
      found: others === 0 ? found : `${found}; ${others} were too long to be judged`,
    };
  }

  /** A process that a fault of another part takes down with it is a fault of its own. */
  #endedByThemselves(): Check {
    const ends = [...this.#system.services.values()].flatMap(({ name, ownEnds }) =>
      ownEnds.map((how) => `${name} ended with ${how}`),
    );
    const found = `${ends.length} ends of processes that nobody caused`;
    return { name: 'no process ends by itself', ok: ends.length === 0, found: [found, ...ends].join('\n') };
  }

  async #report(
    checks: Check[],
    unacknowledged: ChaosReport['unacknowledged'],
    drainedMs: number | null,
  ): Promise<ChaosReport> {
    const { seed, lengthMs, backend, plan, broken } = this.#options;
    const { sql, services, proxy } = this.#system;
    const counters = new Map((await readPipelineCounters(sql)).map(({ name, value }) => [name, value]));
    const starts = [...services.values()].reduce((sum, service) => sum + service.starts, 0);
    const rejected = [...this.#memory.rejects.values()].filter(Boolean).length;
    return {
      seed,
      lengthMs,
      backend,
      plan,
      broken,
      faults: this.#reports.toSorted((a, b) => a.fault.at - b.fault.at),
      sent: this.#memory.events.size + this.#memory.rejects.size,
      acknowledged: this.#memory.events.size - unacknowledged.sent,
      rejected,
      unacknowledged,
      tracker: this.#tracker.counts,
      answersCut: proxy.cuts,
      swept: counters.get('swept') ?? 0,
      refolded: counters.get('refolded') ?? 0,
      foldedByNext: this.#system.foldedByNext,
      longestLagMs: this.#longestLagMs,
      drainedMs,
      restarts: starts - services.size,
      checks,
      clean: checks.every(({ ok }) => ok),
    };
  }
}
