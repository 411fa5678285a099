import { deliver } from './delivery.ts';
import type { Delivery, DeliveryOptions } from './delivery.ts';
import type { Slice } from './execution.ts';
import { createRandom } from './random.ts';
import { scenarioNamed, scenarios } from './scenarios/index.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { drawSubject } from './subject.ts';
import type { Subject, SubjectOptions } from './subject.ts';

export interface WorkflowPlan {
  readonly scenario: Scenario;
  readonly subject: Subject;
  readonly slices: readonly Slice[];
}

export interface WorkflowPlanOptions extends SubjectOptions {
  /** Which workflow of the seed this is; each number is another workflow. Default 0. */
  readonly index?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  /** Name of the scenario; without it one is drawn by weight. */
  readonly scenario?: string | undefined;
}

/**
 * Plans one workflow (or job): who it is, what happens, and what its client emits. Pure: the same seed and options
 * give the same plan to the byte. Another start gives the same course under other ids, so that two simulations with
 * one seed do not run into each other.
 */
export function planWorkflow(seed: number, options: WorkflowPlanOptions): WorkflowPlan {
  const { index = 0, startAt } = options;
  const random = createRandom('plan', seed, index);
  const chosen = options.scenario === undefined ? random.weighted(scenarios) : scenarioNamed(options.scenario);
  const subject = drawSubject(random, createRandom('ids', seed, index, startAt), options);
  return { scenario: chosen, subject, slices: chosen.slices(random, startAt, subject) };
}

export interface TrafficOptions extends SubjectOptions, DeliveryOptions {
  readonly seed: number;
  /** How many workflows begin; Infinity for an endless stream. */
  readonly workflows: number;
  /** Events per second that workflows begin with, on average. Default 100. */
  readonly rate?: number | undefined;
  /** When the first workflow begins, milliseconds since the epoch. */
  readonly startAt: number;
}

/** What a workflow sends within this time of its start counts towards the rate at once, the rest when it arrives. */
const SOON_MS = 1000;

/**
 * The requests of many workflows in order of arrival. Memory holds only the workflows that are under way.
 *
 * A workflow begins whenever the events so far have fallen below the rate asked for, so that the stream keeps to it
 * from the first seconds on, although many events arrive long after their workflow began.
 */
export function* generateTraffic(options: TrafficOptions): Generator<Delivery, void, void> {
  const { seed, workflows, rate = 100, startAt: beginning } = options;
  const jitter = createRandom('jitter', seed);
  const waiting = new ArrivalQueue();
  let counted = 0;
  let now = beginning;
  const due = (): number => beginning + (counted / rate) * 1000;
  for (let index = 0; index < workflows; index += 1) {
    do {
      now = Math.max(now, due());
      for (const delivery of waiting.until(now)) {
        if (delivery.late) counted += delivery.body.events.length;
        yield { at: delivery.at, body: delivery.body };
      }
    } while (due() > now);
    const startAt = Math.round(now + jitter.int(0, 50));
    const { slices } = planWorkflow(seed, { ...options, index, startAt });
    for (const delivery of deliver(slices, createRandom('delivery', seed, index), options)) {
      const late = delivery.at > startAt + SOON_MS;
      if (!late) counted += delivery.body.events.length;
      waiting.add({ ...delivery, late });
    }
  }
  for (const { at, body } of waiting.until(Number.POSITIVE_INFINITY)) yield { at, body };
}

interface WaitingDelivery extends Delivery {
  readonly late: boolean;
}

/** Deliveries by arrival, earliest first: a binary heap. Those that arrive together keep the order they were added in. */
class ArrivalQueue {
  readonly #heap: { readonly delivery: WaitingDelivery; readonly order: number }[] = [];
  #added = 0;

  add(delivery: WaitingDelivery): void {
    const heap = this.#heap;
    heap.push({ delivery, order: this.#added });
    this.#added += 1;
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) break;
      [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
      child = parent;
    }
  }

  /** Takes out everything that arrives up to `at`. */
  *until(at: number): Generator<WaitingDelivery, void, void> {
    while (this.#heap.length > 0 && this.#heap[0]!.delivery.at <= at) yield this.#takeFirst();
  }

  #takeFirst(): WaitingDelivery {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) heap[0] = last;
    for (let parent = 0; ;) {
      let smallest = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < heap.length && this.#before(child, smallest)) smallest = child;
      }
      if (smallest === parent) return first.delivery;
      [heap[smallest], heap[parent]] = [heap[parent]!, heap[smallest]!];
      parent = smallest;
    }
  }

  #before(a: number, b: number): boolean {
    const left = this.#heap[a]!;
    const right = this.#heap[b]!;
    return left.delivery.at < right.delivery.at || (left.delivery.at === right.delivery.at && left.order < right.order);
  }
}
