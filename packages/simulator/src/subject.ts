import { catalogue, ENVIRONMENTS, serviceNamed } from './catalogue.ts';
import type { ServiceKind, WorkflowKind } from './catalogue.ts';
import type { Random } from './random.ts';

/** Which generation of the client speaks: the old one counts attempts from 0, sends no source and names the failed step. */
export type ClientGeneration = 'current' | 'old';

/** Who a stream is about: one workflow (or job) of one service, and the habits of the client that reports it. */
export interface Subject {
  readonly env: string;
  readonly serviceKey: string;
  /** The Durable Object id: 64 hexadecimal digits. */
  readonly workflowId: string;
  /** The human's id; null where the user gave none. */
  readonly executionId: string | null;
  readonly kind: WorkflowKind;
  /** The steps of this run, a part of what its kind has. At least two. */
  readonly steps: readonly string[];
  /** `frozen`: the clock stands still for a whole slice, as it does on Workers between I/O. */
  readonly clock: 'running' | 'frozen';
  readonly generation: ClientGeneration;
  /** How waits pass: sleeps and retry delays are divided by `speed`, then cut at `longestWaitMs`. */
  readonly pace: Pace;
}

export interface Pace {
  readonly speed: number;
  readonly longestWaitMs: number;
}

export interface SubjectOptions {
  /** Service keys; those that the catalogue does not know get workflows of one that it does. */
  readonly services?: readonly string[] | undefined;
  readonly environments?: readonly string[] | undefined;
  readonly pace?: Pace | undefined;
  /** Few steps, short names: for property tests, where small counterexamples are worth more than realism. */
  readonly small?: boolean | undefined;
}

const REAL_TIME: Pace = { speed: 1, longestWaitMs: Number.POSITIVE_INFINITY };

/**
 * Draws a subject.
 *
 * @param random what the subject does: kind, steps, clock
 * @param idRandom what it is called; a source of its own, so that the same plan can run again under new ids
 */
export function drawSubject(random: Random, idRandom: Random, options: SubjectOptions = {}): Subject {
  const service = drawService(random, options.services);
  const kind = random.weighted(service.kind.workflows);
  const steps = options.small === true ? ['a', 'b', 'c'].slice(0, random.int(2, 3)) : kind.steps;
  return {
    env: drawEnvironment(random, options.environments),
    serviceKey: service.key,
    workflowId: idRandom.hex(64),
    executionId: random.chance(0.9) ? `${kind.idPrefix}-${idRandom.hex(8)}` : null,
    kind,
    steps,
    clock: random.chance(0.07) ? 'frozen' : 'running',
    generation: 'current',
    pace: options.pace ?? REAL_TIME,
  };
}

function drawService(random: Random, keys: readonly string[] | undefined): { key: string; kind: ServiceKind } {
  if (keys === undefined || keys.length === 0) {
    const kind = random.weighted(catalogue);
    return { key: kind.serviceKey, kind };
  }
  const index = random.int(0, keys.length - 1);
  const key = keys[index]!;
  return { key, kind: serviceNamed(key) ?? catalogue[index % catalogue.length]! };
}

/** The first environment gets most of the traffic, as production does. */
function drawEnvironment(random: Random, names: readonly string[] = ENVIRONMENTS): string {
  return names.length < 2 || random.chance(0.7) ? names[0]! : random.pick(names.slice(1));
}
