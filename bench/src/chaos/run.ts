/** One run: real processes, traffic, faults, and the ledger at the end. */
import { setMaxListeners } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readLag, readPipelineCounters } from '@wm/store';
import type { Broken } from './broken.ts';
import { strike } from './inject.ts';
import type { Heal } from './inject.ts';
import { reckon } from './ledger.ts';
import type { Check } from './ledger.ts';
import { Memory } from './memory.ts';
import { measureRecovery } from './recovery.ts';
import { scheduleText } from './report.ts';
import type { ChaosReport, FaultReport } from './report.ts';
import { faultText, planFaults } from './schedule.ts';
import type { Backend, Fault } from './schedule.ts';
import { Cleanup, INGESTS, killAll, startSystem, WORKERS } from './system.ts';
import type { System } from './system.ts';
import { Tracker } from './tracker.ts';
import { withResolvers } from './with-resolvers.ts';
import { runTraffic } from './traffic.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** How long there is traffic, milliseconds. */
  readonly lengthMs: number;
  readonly backend: Backend;
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
const DRAINED_WITHIN_MS = 90_000;

/** @throws where the parts cannot be started, or the signal ends the run */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, lengthMs, backend, broken, say } = options;
  const faults = planFaults({ seed, lengthMs, backend, ingests: INGESTS, workers: WORKERS });
  say(`Seed ${seed}: ${faults.length} faults in ${lengthMs / 1_000} s of traffic, queue on ${backend}.`);
  say(scheduleText(faults));
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
    say('Starting PostgreSQL, the queue, 2 ingest services and 3 workers …');
    const system = await startSystem({ folder, backend, seed, broken }, cleanup);
    atOnce = () => killAll(system);
    process.once('exit', atOnce);
    const report = await new Run({ ...options, signal }, system, faults).toTheEnd();
    keepLogs = !report.clean;
    return report;
  } finally {
    over.abort();
    await cleanup.run();
    process.off('exit', atOnce);
    if (keepLogs && !options.signal.aborted) say(`What the processes wrote is kept in ${path.join(folder, 'logs')}.`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

class Run {
  readonly #options: ChaosOptions;
  readonly #system: System;
  readonly #faults: readonly Fault[];
  readonly #memory = new Memory();
  readonly #tracker: Tracker;
  readonly #reports: FaultReport[] = [];
  readonly #begun = performance.now();
  /** One strike after the other: PostgreSQL must not go away while one holds a table. */
  #striking: Promise<unknown> = Promise.resolve();
  /** By server: what must be back before it is struck again. On a busy machine that takes longer than planned. */
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
      ...this.#faults.map((fault) => this.#play(fault)),
    ]);
    say('No more traffic. Waiting until every request has ended and nothing is pending …');
    await this.#tracker.idle();
    await Promise.all([...this.#system.services.values()].map((service) => service.ready()));
    const drainedMs = await this.#drained();
    this.#watching = false;
    await watching;
    signal.throwIfAborted();
    const { checks, unacknowledged } = await reckon(this.#system, this.#memory, say);
    return this.#report([...checks, this.#endedByThemselves()], unacknowledged, drainedMs);
  }

  async #play(fault: Fault): Promise<void> {
    const { signal } = this.#options;
    await pause(fault.at, undefined, { signal });
    const server = fault.kind.includes('redis') ? 'redis' : fault.kind;
    const earlier = this.#healing.get(server);
    const healed = withResolvers();
    this.#healing.set(server, healed.promise);
    await earlier;
    const striking = this.#striking.then(() => this.#strike(fault));
    this.#striking = striking.catch(() => {});
    const heal = await striking;
    const recovery = measureRecovery(this.#system, this.#tracker, signal);
    await pause(fault.forMs, undefined, { signal });
    await heal();
    healed.resolve();
    this.#reports.push({ fault, recovery: await recovery });
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

  /** Resolves to how long it took until nothing was pending; null where the time was up before. */
  async #drained(): Promise<number | null> {
    const begun = performance.now();
    while (performance.now() - begun < DRAINED_WITHIN_MS) {
      this.#options.signal.throwIfAborted();
      const [row] = await this.#system.sql<[{ left: number }]>`SELECT count(*) AS left FROM pending_events`;
      if (row.left === 0) return Math.round(performance.now() - begun);
      await pause(LOOK_EVERY_MS);
    }
    return null;
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
    const { seed, lengthMs, backend, broken } = this.#options;
    const { sql, services, proxy } = this.#system;
    const counters = new Map((await readPipelineCounters(sql)).map(({ name, value }) => [name, value]));
    const starts = [...services.values()].reduce((sum, service) => sum + service.starts, 0);
    const rejected = [...this.#memory.rejects.values()].filter(Boolean).length;
    return {
      seed,
      lengthMs,
      backend,
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
      longestLagMs: this.#longestLagMs,
      drainedMs,
      restarts: starts - services.size,
      checks,
      clean: checks.every(({ ok }) => ok),
    };
  }
}
