/** Which event set each value that a run and its steps show, recorded by watching the fold. */
import type { FoldEvent } from '@wm/events';
import type { RunRow, RunState, StepRow } from './state.ts';

/** Ids of events by field. A field that no event has set is not there. */
export type SetBy = Record<string, string>;

/** Position and count of the newest event say so themselves; the fold's own memory is not shown. */
const NOT_SHOWN: ReadonlySet<string> = new Set([
  'run',
  'eventCount',
  'firstEvent',
  'lastEvent',
  'foldState',
  'currentStep',
  'runningSteps',
]);

/** Records the provenance of one run. */
export class ProvenanceRecorder {
  readonly #run: number;
  readonly #row = new Watched<RunRow>();
  readonly #steps = new Map<string, Watched<StepRow>>();
  #seen: RunState | null = null;

  constructor(run: number) {
    this.#run = run;
  }

  /** To hand to `foldEvents`. */
  readonly observe = (run: RunState, event: FoldEvent): void => {
    if (run.row.run !== this.#run) {
      // The first event of the next run says that this one is no longer the newest, and may show that its end is missing.
      if (this.#seen !== null) this.#row.look(this.#seen.row, event.id);
      return;
    }
    this.#seen = run;
    this.#row.look(run.row, event.id);
    this.#lookAtValues(run.row);
    // Listed at the end of a fold, from the attempts that are open then.
    if (run.changed.attempts.size > 0) this.#row.note(['currentStep', 'runningSteps'], event.id);
    for (const stepName of run.changed.steps) {
      const step = run.steps.get(stepName);
      if (step === undefined) continue;
      const watched = this.#steps.get(stepName) ?? new Watched<StepRow>();
      this.#steps.set(stepName, watched);
      watched.look(step, event.id);
      watched.set('result', step.resultEventId);
    }
    run.changed.attempts.clear();
    run.changed.steps.clear();
  };

  workflow(): SetBy {
    return this.#row.setBy();
  }

  step(stepName: string): SetBy {
    return this.#steps.get(stepName)?.setBy() ?? {};
  }

  #lookAtValues({ foldState: { inputEvent, outputEvent } }: RunRow): void {
    this.#row.set('input', inputEvent?.id ?? null);
    this.#row.set('output', outputEvent?.id ?? null);
  }
}

/** The values of one row as they were last seen, and who set them. */
class Watched<Row extends object> {
  #before: Partial<Row> = {};
  readonly #setBy = new Map<string, string>();

  look(row: Row, eventId: string): void {
    for (const field of Object.keys(row) as (keyof Row & string)[]) {
      if (NOT_SHOWN.has(field)) continue;
      const [value, before] = [row[field], this.#before[field]];
      // What was never seen had its value from nothing: no event has set what is null, false, 0 or empty from the start.
      if (same(value, before) || (before === undefined && isNothing(value))) continue;
      this.#setBy.set(field, eventId);
      this.#before[field] = value;
    }
  }

  note(fields: readonly string[], eventId: string): void {
    for (const field of fields) this.#setBy.set(field, eventId);
  }

  set(field: string, eventId: string | null): void {
    if (eventId === null) this.#setBy.delete(field);
    else this.#setBy.set(field, eventId);
  }

  setBy(): SetBy {
    return Object.fromEntries(this.#setBy);
  }
}

function isNothing(value: unknown): boolean {
  return value === null || value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}

/** Lists are copied when they change, and sometimes when they do not. A long one is taken for changed then. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!Array.isArray(a) || !Array.isArray(b)) return false;
  return a.length === b.length && a.length <= 20 && a.every((value, nth) => value === b[nth]);
}
