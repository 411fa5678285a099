/** Which faults strike when: a pure function of the seed, so that a run that failed can be repeated. */
import { createRandom } from '@wm/simulator';
import type { Random } from '@wm/simulator';

export type Backend = 'redis' | 'postgres';

export const FAULT_KINDS = [
  'kill worker',
  'kill ingest',
  'stop worker',
  'stop ingest',
  'crash postgres',
  'cut answers',
  'roll back',
  'flush redis',
  'restart redis',
  'redis away',
] as const;

type FaultKind = (typeof FAULT_KINDS)[number];

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
}

export interface ScheduleOptions {
  readonly seed: number;
  /** How long there is traffic, milliseconds. */
  readonly lengthMs: number;
  readonly backend: Backend;
  readonly ingests: readonly string[];
  readonly workers: readonly string[];
}

const FIRST_AT_MS = 3_000;
/** Nothing strikes in the last moments: what they need to show is a fault with traffic after it. */
const QUIET_END_MS = 2_000;
const GAP_MS = { least: 1_500, most: 5_000 };
/** What was struck is left alone for this long afterwards, so that it is there to be struck again. */
const REST_MS = 3_000;
/** How often a fault takes every process of its kind at once. */
const ALL_SHARE = 0.15;

/** How long each fault stays, milliseconds. A PostgreSQL that is back within five seconds must cost no event. */
const DURATIONS: Partial<Record<FaultKind, readonly [least: number, most: number]>> = {
  'stop worker': [2_000, 20_000],
  'stop ingest': [2_000, 12_000],
  'crash postgres': [200, 3_000],
  'cut answers': [500, 3_000],
  'roll back': [2_000, 6_000],
  'redis away': [6_000, 20_000],
};

/** Every kind comes once before any comes again. Faults overlap, but never strike the same part twice at a time. */
export function planFaults(options: ScheduleOptions): Fault[] {
  const random = createRandom('chaos', options.seed, options.backend);
  const kinds = FAULT_KINDS.filter((kind) => options.backend === 'redis' || !kind.includes('redis'));
  const busyUntil = new Map<string, number>();
  const faults: Fault[] = [];
  let bag: FaultKind[] = [];
  for (let at = FIRST_AT_MS; at < options.lengthMs - QUIET_END_MS; at += random.int(GAP_MS.least, GAP_MS.most)) {
    if (bag.length === 0) bag = shuffled(kinds, random);
    const isFree = (part: string): boolean => (busyUntil.get(part) ?? 0) <= at;
    const index = bag.findIndex((kind) => partsOf(kind, options).some(isFree));
    if (index === -1) continue;
    const [kind] = bag.splice(index, 1) as [FaultKind];
    const fault = drawFault(at, kind, partsOf(kind, options).filter(isFree), options.lengthMs, random);
    for (const part of fault.targets.length > 0 ? fault.targets : partsOf(kind, options)) {
      busyUntil.set(part, at + fault.forMs + REST_MS);
    }
    faults.push(fault);
  }
  return faults;
}

/** @param free parts of the kind that no other fault holds; at least one */
function drawFault(at: number, kind: FaultKind, free: readonly string[], lengthMs: number, random: Random): Fault {
  const [least, most] = DURATIONS[kind] ?? [0, 0];
  // Always the same number of draws, so that one fault more or less does not shift everything after it.
  const forMs = Math.min(random.int(least, most), lengthMs - at);
  const all = random.chance(ALL_SHARE);
  const target = random.pick(free);
  const thenKill = random.chance(0.4);
  const midway = random.chance(0.6);
  const isKill = kind.startsWith('kill');
  const isStop = kind.startsWith('stop');
  const targets = isKill && all ? free : isKill || isStop ? [target] : [];
  return {
    at,
    kind,
    targets,
    forMs,
    thenKill: isStop && thenKill,
    midway: (isKill || isStop || kind === 'crash postgres') && midway,
  };
}

/** The parts that a fault of this kind can strike. */
function partsOf(kind: FaultKind, { ingests, workers }: ScheduleOptions): readonly string[] {
  if (kind.endsWith('ingest')) return ingests;
  if (kind.endsWith('worker')) return workers;
  if (kind.includes('redis')) return ['redis'];
  return [kind];
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
export function faultText({ kind, targets, forMs, thenKill, midway }: Fault): string {
  const [verb] = kind.split(' ');
  const words = [targets.length > 0 ? `${verb} ${targets.join(', ')}` : kind];
  if (midway) words.push('midway');
  if (forMs > 0) words.push(`for ${(forMs / 1_000).toFixed(1)} s`);
  return words.join(' ') + (thenKill ? ', then kill' : '');
}
