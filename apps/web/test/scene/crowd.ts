/** The ordinary runs of a service: so many that completed and so many that failed, spread over a stretch of time. */
import { createRandom } from '@wm/simulator';
import { Story } from './story.ts';
import type { ReportedError, SceneEvent } from './story.ts';

interface Failures {
  readonly step: string;
  readonly count: number;
  readonly error: (index: number) => ReportedError;
}

interface Crowd {
  readonly env: string;
  readonly service: string;
  readonly workflow: string;
  readonly steps: readonly string[];
  /** Execution ids are this and a number from 1. */
  readonly prefix: string;
  readonly completed: number;
  readonly failures?: readonly Failures[];
  /** The first one begins here, the last one before `until`; milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** The same crowd has the same ids and durations; only its times move. Failed ones are spread among the others. */
export function crowd({ completed, failures = [], from, until, ...rest }: Crowd): SceneEvent[] {
  const fates = failures.flatMap((each) => Array.from({ length: each.count }, (_, index) => ({ ...each, index })));
  const runs = completed + fates.length;
  const every = fates.length === 0 ? Infinity : Math.floor(runs / fates.length);
  const random = createRandom('crowd', rest.env, rest.service, rest.prefix);
  const events: SceneEvent[] = [];
  for (let number = 1; number <= runs; number += 1) {
    const fate = number % every === 0 || runs - number < fates.length ? fates.shift() : undefined;
    const at = Math.floor(from + ((until - from) * (number - 1)) / runs);
    const story = new Story({ ...rest, execution: `${rest.prefix}-${number}`, at });
    story.started({ orderId: `${rest.prefix}-${number}`, amount: random.int(5, 500) });
    for (const step of rest.steps) {
      if (step === fate?.step) break;
      story.step(step, random.int(40, 400));
    }
    if (fate === undefined) story.completed();
    else story.begins(fate.step).after(random.int(40, 400)).failed(fate.step, fate.error(fate.index));
    events.push(...story.events);
  }
  return events;
}
