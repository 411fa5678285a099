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

/** What a run shows of its open attempts, and beside its row. */
const LISTED = ['currentStep', 'runningSteps'];
const OF_RUN = [...LISTED, 'input', 'output'];

/** Every row of a kind has the same fields. */
const shownFields = (row: object): string[] => Object.keys(row).filter((field) => !NOT_SHOWN.has(field));

/** Records the provenance of one run. */
export class ProvenanceRecorder {
  readonly #run: number;
  #row: Watched<RunRow> | null = null;
  readonly #steps = new Map<string, Watched<StepRow>>();
  #stepFields: readonly string[] | null = null;
  #seen: RunState | null = null;

  constructor(run: number) {
    this.#run = run;
  }

  /** To hand to `foldEvents`. */
  readonly observe = (run: RunState, event: FoldEvent): void => {
    if (run.row.run !== this.#run) {
      // The first event of the next run says that this one is no longer the newest, and may show that its end is missing.
      if (this.#seen !== null) this.#row?.look(this.#seen.row, event.id);
      return;
    }
    this.#seen = run;
    const row = (this.#row ??= new Watched<RunRow>([...shownFields(run.row), ...OF_RUN], OF_RUN.length));
    row.look(run.row, event.id);
    row.set('input', run.row.foldState.inputEvent?.id ?? null);
    row.set('output', run.row.foldState.outputEvent?.id ?? null);
    // Listed at the end of a fold, from the attempts that are open then.
    if (run.changed.attempts.size > 0) for (const field of LISTED) row.set(field, event.id);
    for (const stepName of run.changed.steps) {
      const step = run.steps.get(stepName);
      if (step === undefined) continue;
      this.#stepFields ??= [...shownFields(step), 'result'];
      let watched = this.#steps.get(stepName);
      if (watched === undefined) {
        watched = new Watched<StepRow>(this.#stepFields, 1);
        this.#steps.set(stepName, watched);
      }
      watched.look(step, event.id);
      watched.set('result', step.resultEventId);
    }
    run.changed.attempts.clear();
    run.changed.steps.clear();
  };

  workflow(): SetBy {
    return this.#row?.setBy() ?? {};
  }

  /** Of each step, by its name. */
  steps(): Record<string, SetBy> {
    return Object.fromEntries([...this.#steps].map(([stepName, watched]) => [stepName, watched.setBy()]));
  }
}

/**
 * The values of one row as they were last seen, and who set them, each at its field's place: with a Map and an object for each of
 * 5,000 steps it took twice as long.
 */
class Watched<Row extends object> {
  readonly #fields: readonly string[];
  readonly #ofRow: number;
  readonly #before: unknown[];
  readonly #setBy: (string | null)[];

  /** @param fields those of the row that are shown, in the same order for all of a kind; then `further` ones that are only set */
  constructor(fields: readonly string[], further: number) {
    this.#fields = fields;
    this.#ofRow = fields.length - further;
    this.#before = fields.slice(0, this.#ofRow).map(() => undefined);
    this.#setBy = fields.map(() => null);
  }

  look(row: Row, eventId: string): void {
    for (let place = 0; place < this.#ofRow; place += 1) {
      const value: unknown = row[this.#fields[place] as keyof Row];
      const before = this.#before[place];
      // What was never seen had its value from nothing: no event has set what is null, false, 0 or empty from the start.
      if (same(value, before) || (before === undefined && isNothing(value))) continue;
      this.#setBy[place] = eventId;
      this.#before[place] = value;
    }
  }

  /** @param eventId null: nothing has */
  set(field: string, eventId: string | null): void {
    this.#setBy[this.#fields.indexOf(field)] = eventId;
  }

  setBy(): SetBy {
    const setBy: SetBy = {};
    for (let place = 0; place < this.#fields.length; place += 1) {
      const eventId = this.#setBy[place]!;
      if (eventId !== null) setBy[this.#fields[place]!] = eventId;
    }
    return setBy;
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
