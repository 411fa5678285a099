/** Which faults strike when: a pure function of the seed, so that a run that failed can be repeated. */
import { createRandom } from '@wm/simulator';
import type { Random } from '@wm/simulator';

export type Backend = 'redis' | 'postgres';

interface KindOfFault {
  /** What it strikes: one process of these (or its clock), or a part that there is once. */
  readonly on: 'ingest' | 'worker' | 'clock' | 'postgres' | 'redis' | 'proxy' | 'version';
  /** How long it stays, milliseconds; absent where there is nothing to take back. */
  readonly lasts?: readonly [least: number, most: number];
  /** It can strike in the middle of a transaction. */
  readonly midway?: true;
}

/** A PostgreSQL that is back within five seconds must cost no event, so none is away for longer. */
const KINDS = {
  'kill worker': { on: 'worker', midway: true },
  'kill ingest': { on: 'ingest', midway: true },
  'stop worker': { on: 'worker', lasts: [2_000, 20_000], midway: true },
  'stop ingest': { on: 'ingest', lasts: [2_000, 12_000], midway: true },
  'step clock': { on: 'clock', lasts: [3_000, 20_000] },
  'crash postgres': { on: 'postgres', lasts: [200, 3_000], midway: true },
  'kill backend': { on: 'postgres', midway: true },
  'stop backend': { on: 'postgres', lasts: [500, 4_000], midway: true },
  'stop postgres': { on: 'postgres', lasts: [500, 4_000] },
  'full disk': { on: 'postgres', lasts: [500, 4_000] },
  'cut answers': { on: 'proxy', lasts: [500, 3_000] },
  'roll back': { on: 'version', lasts: [2_000, 6_000] },
  deploy: { on: 'version', lasts: [6_000, 14_000] },
  'flush redis': { on: 'redis' },
  'restart redis': { on: 'redis' },
  'stop redis': { on: 'redis', lasts: [1_000, 10_000] },
  'redis away': { on: 'redis', lasts: [6_000, 20_000] },
} as const satisfies Record<string, KindOfFault>;

export type FaultKind = keyof typeof KINDS;

export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[];

/**
 * all: every kind, overlapping. restarts: what a client that tries for seven seconds must not notice, one after the other
 * and so far apart that no batch meets two of them.
 */
export const FAULT_PLANS = ['all', 'restarts'] as const;
export type FaultPlan = (typeof FAULT_PLANS)[number];

/** What is killed and comes back, with the longest time that it is kept away: its start comes on top. */
const RESTARTS: Partial<Record<FaultKind, number>> = {
  'kill ingest': 3_000,
  'crash postgres': 3_500,
  'kill backend': 0,
};

export interface Fault {
  /** Milliseconds from the first request of the run. */
  readonly at: number;
  readonly kind: FaultKind;
  /** Processes that it strikes; empty where it strikes none by name. */
  readonly targets: readonly string[];
  /** How long it stays, milliseconds; 0 where there is nothing to take back. */
  readonly forMs: number;
  /** A stopped process is killed instead of going on. */
  readonly thenKill: boolean;
  /** It strikes while a transaction is under way: that of a drain, or where it is about ingest, that of a request. */
  readonly midway: boolean;
  /** How far a clock is set forward or back, milliseconds; else 0. */
  readonly stepMs: number;
}

export interface ScheduleOptions {
  readonly seed: number;
  /** How long there is traffic, milliseconds. */
  readonly lengthMs: number;
  readonly backend: Backend;
  readonly plan: FaultPlan;
  /** Kinds that cannot be had here. */
  readonly without: readonly FaultKind[];
  readonly ingests: readonly string[];
  readonly workers: readonly string[];
}

const FIRST_AT_MS = 3_000;
/** Nothing strikes in the last moments: what they need to show is a fault with traffic after it. */
const QUIET_END_MS = 2_000;
/** From one fault to the next. */
const GAP_MS = { all: [1_500, 5_000], restarts: [13_000, 16_000] } as const;
/** What was struck is left alone for this long afterwards, so that it is there to be struck again. */
const REST_MS = 3_000;
/** How often a fault kills every process of its kind at once. */
const ALL_SHARE = { all: 0.15, restarts: 0.5 };
/** A worker's clock says when delayed jobs are due: a larger step would only make the queue late by so much. */
const WORKER_STEP_MS = 30_000;
const INGEST_STEP_MS = 600_000;

/** Every kind comes once before any comes again. Faults overlap, but never strike the same part twice at a time. */
export function planFaults(options: ScheduleOptions): Fault[] {
  const random = createRandom('chaos', options.seed, options.backend);
  const [least, most] = GAP_MS[options.plan];
  const busyUntil = new Map<string, number>();
  const faults: Fault[] = [];
  let bag: FaultKind[] = [];
  for (let at = FIRST_AT_MS; at < options.lengthMs - QUIET_END_MS; at += random.int(least, most)) {
    const kinds = kindsAt(at, options);
    bag = bag.filter((kind) => kinds.includes(kind));
    if (bag.length === 0) bag = shuffled(kinds, random);
    const freeOf = (kind: FaultKind): string[] =>
      namesOf(kind, options).filter((name) => (busyUntil.get(partOf(kind, name)) ?? 0) <= at);
    const index = bag.findIndex((kind) => freeOf(kind).length > 0);
    if (index === -1) continue;
    const [kind] = bag.splice(index, 1) as [FaultKind];
    const drawn = drawFault(at, kind, freeOf(kind), options, random);
    // So that a short run, too, ends drains in the middle.
    const isFirst = !faults.some((earlier) => earlier.kind === kind);
    const fault = isFirst ? { ...drawn, midway: canBeMidway(kind) } : drawn;
    for (const part of partsHeld(fault)) busyUntil.set(part, at + fault.forMs + REST_MS);
    faults.push(fault);
  }
  return faults;
}

/**
 * A deploy and its roll back fold much of what is stored again, and so mend it: the second half of a run must show that
 * the rows are right without.
 */
function kindsAt(at: number, { backend, plan, without, lengthMs }: ScheduleOptions): FaultKind[] {
  return FAULT_KINDS.filter(
    (kind) =>
      !without.includes(kind) &&
      (plan === 'all' || kind in RESTARTS) &&
      (backend === 'redis' || KINDS[kind].on !== 'redis') &&
      (kind !== 'deploy' || at < lengthMs / 2),
  );
}

/** @param free what of the kind's targets no other fault holds; at least one */
function drawFault(
  at: number,
  kind: FaultKind,
  free: readonly string[],
  { lengthMs, ingests, plan }: ScheduleOptions,
  random: Random,
): Fault {
  const { on, lasts = [0, 0] }: KindOfFault = KINDS[kind];
  const [least, most] = plan === 'restarts' ? [0, RESTARTS[kind] ?? 0] : lasts;
  // Always the same number of draws, so that one fault more or less does not shift everything after it.
  const forMs = Math.min(random.int(least, most), lengthMs - at);
  const all = random.chance(ALL_SHARE[plan]);
  const target = random.pick(free);
  const thenKill = random.chance(0.4);
  const midway = random.chance(0.6);
  const step = random.next() * 2 - 1;
  const isProcess = on === 'ingest' || on === 'worker';
  const isNamed = isProcess || on === 'clock';
  const isKill = isProcess && kind.startsWith('kill');
  return {
    at,
    kind,
    targets: isKill && all ? free : isNamed ? [target] : [],
    forMs,
    thenKill: isProcess && !isKill && thenKill,
    midway: canBeMidway(kind) && midway,
    stepMs: on === 'clock' ? Math.round(step * (ingests.includes(target) ? INGEST_STEP_MS : WORKER_STEP_MS)) : 0,
  };
}

/** What a fault of this kind can strike: processes by name, or the one part. */
function namesOf(kind: FaultKind, { ingests, workers }: ScheduleOptions): readonly string[] {
  const { on } = KINDS[kind];
  if (on === 'ingest') return ingests;
  if (on === 'worker') return workers;
  return on === 'clock' ? [...ingests, ...workers] : [on];
}

function canBeMidway(kind: FaultKind): boolean {
  const { midway }: KindOfFault = KINDS[kind];
  return midway === true;
}

function partOf(kind: FaultKind, name: string): string {
  return KINDS[kind].on === 'clock' ? `clock of ${name}` : name;
}

/** The parts that a fault holds while it lasts. */
export function partsHeld({ kind, targets }: Pick<Fault, 'kind' | 'targets'>): string[] {
  return targets.length === 0 ? [KINDS[kind].on] : targets.map((name) => partOf(kind, name));
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = random.int(0, last);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}

/** A fault in words: "stop worker-2 midway for 4.1 s, then kill". */
export function faultText({ kind, targets, forMs, thenKill, midway, stepMs }: Fault): string {
  const [verb] = kind.split(' ');
  const words = [
    targets.length === 0 ? kind : stepMs === 0 ? `${verb} ${targets.join(', ')}` : `${kind} of ${targets[0]}`,
  ];
  if (stepMs !== 0) words.push(`by ${(stepMs / 1_000).toFixed(1)} s`);
  if (midway) words.push('midway');
  if (forMs > 0) words.push(`for ${(forMs / 1_000).toFixed(1)} s`);
  return words.join(' ') + (thenKill ? ', then kill' : '');
}
