/**
 * A page of workflows in any of their orders, narrowed by any filter, for a bounded effort.
 *
 * Each order has an index in which it lies ready (list-source.ts). It is walked from the cursor on, passing over the rows
 * that the filter leaves out, in steps that grow. Where the first step does not fill the page, and one of the indexes that
 * hold everything the filter can leave is small, that one is read whole instead. Where none is, the walk goes on until
 * its time is up: the page is short then, says so, and its cursor goes on from where the walk stopped.
 */
import type { Tx } from '../../client.ts';
import type { ReadScope } from '../scope.ts';
import { countWorkflows, type WorkflowTotal } from './count-workflows.ts';
import { findWalkEnds } from './find-walk-ends.ts';
import { isInReach } from './is-in-reach.ts';
import { compareInOrder, positionOf, type Keyed, type OrderPosition, type SortDirection } from './list-order.ts';
import { lanesOf, type Lanes, type LaneWalk } from './list-lanes.ts';
import { segmentsOf, type ListSegment, type WorkflowSort } from './list-segments.ts';
import { unanswered, type ListSource } from './list-source.ts';
import { pickRows, type WorkflowListRow } from './pick-rows.ts';
import { pinWalks } from './pin-walks.ts';
import { reachOf } from './reach.ts';
import { findSmallest, readWhole } from './small-source.ts';
import { vaguePlace } from './vague-place.ts';
import { conditionsOf, endedAt, type Condition, type WorkflowFilter } from './workflow-filter.ts';

export interface ListQuestion {
  filter: WorkflowFilter;
  sort: WorkflowSort;
  direction: SortDirection;
  /** null: from the beginning. */
  after: ListPosition | null;
  /** Rows of the page. */
  limit: number;
  /** Whether to say how many there are in all. */
  withTotal: boolean;
}

/** Where a page ended: a place in one segment of the order. */
export interface ListPosition extends OrderPosition {
  segment: number;
}

export interface WorkflowPage {
  rows: WorkflowListRow[];
  /** null: nothing comes after this page. */
  next: ListPosition | null;
  /** false: the page ends where the search for more rows was stopped, not because it is full or nothing is left. */
  complete: boolean;
  /** null: not asked for. */
  total: WorkflowTotal | null;
}

/** How much a page may cost. */
export interface ListEffort {
  /** Rows that the first step of a walk passes over, all lanes together. */
  firstStep: number;
  /** A source of so many rows is small enough to be read whole. */
  smallSource: number;
  /** Time after which no further step is begun, milliseconds. The first one always is. */
  budgetMs: number;
}

export const USUAL_EFFORT: ListEffort = { firstStep: 1_000, smallSource: 4_000, budgetMs: 20 };

/** Steps grow as long as there is time, up to this. */
const LONGEST_STEP = 4_000;
const SHORTEST_LANE = 20;

/** What all parts of one question share. */
interface Asking {
  tx: Tx;
  filter: WorkflowFilter;
  direction: SortDirection;
  effort: ListEffort;
  envs: readonly string[];
  conditions: readonly Condition[];
  begun: number;
  /** Looked for once, when first needed. */
  small: Promise<ListSource[] | null> | null;
}

/** Call it in a snapshot: it asks several queries that must agree. */
export async function listWorkflows(
  tx: Tx,
  question: ListQuestion,
  effort: ListEffort = USUAL_EFFORT,
): Promise<WorkflowPage> {
  const begun = performance.now();
  const [reach] = await Promise.all([reachOf(tx, question.filter), pinWalks(tx)]);
  if (reach === null) return { rows: [], next: null, complete: true, total: question.withTotal ? NONE : null };
  const { after, limit, sort, direction } = question;
  const { filter, envs } = reach;
  const conditions = conditionsOf(tx, filter);
  const asking: Asking = { tx, filter, direction, effort, envs, conditions, begun, small: null };
  const rows: (Keyed<WorkflowListRow> & { segment: number })[] = [];
  let stopped: ListPosition | null = null;
  for (const segment of fromCursor(segmentsOf(sort, direction, filter), after)) {
    const from = after?.segment === segment.number ? after : null;
    const found = await readSegment(asking, segment, from, limit + 1 - rows.length);
    rows.push(...found.rows.map((row) => ({ ...row, segment: segment.number })));
    if (rows.length > limit) break;
    if (found.stopped !== null) {
      stopped = { ...found.stopped, segment: segment.number };
      break;
    }
  }
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)! : null;
  return {
    rows: shown.map(({ key0: _key0, key1: _key1, segment: _segment, ...row }) => row),
    next: last === null ? stopped : { ...positionOf(last), segment: last.segment },
    complete: stopped === null,
    total: question.withTotal
      ? await totalOf(asking, { after, rows: rows.length, whole: last === null && stopped === null })
      : null,
  };
}

const NONE: WorkflowTotal = { count: 0, exact: true };

/** Where the first page is all there is, it says how many; elsewhere they are counted. */
async function totalOf(
  { tx, filter, envs, conditions, effort, small }: Asking,
  { after, rows, whole }: { after: ListPosition | null; rows: number; whole: boolean },
): Promise<WorkflowTotal> {
  if (after === null && whole) return { count: rows, exact: true };
  const findSmall = () => small ?? findSmallest(tx, filter, envs, effort.smallSource);
  return countWorkflows({ tx, filter, envs, conditions, findSmall, seen: rows });
}

/** The segment of the cursor and those behind it; segments that the filter leaves empty are not among them. */
function fromCursor(segments: ListSegment[], after: ListPosition | null): ListSegment[] {
  if (after === null) return segments;
  const at = segments.findIndex(({ number }) => number === after.segment);
  return at === -1 ? [] : segments.slice(at);
}

interface Found {
  rows: Keyed<WorkflowListRow>[];
  /** Where the walk was stopped; null: the rows are all there are, or as many as were asked for. */
  stopped: OrderPosition | null;
}

async function readSegment(
  asking: Asking,
  segment: ListSegment,
  after: OrderPosition | null,
  limit: number,
): Promise<Found> {
  const searched = asking.filter.search === null ? null : await smallest(asking);
  if (searched !== null) return { rows: await pickFrom(asking, segment, searched, after, limit), stopped: null };
  const rows: Keyed<WorkflowListRow>[] = [];
  let from = after;
  let step = asking.effort.firstStep;
  for (;;) {
    const found = await takeStep(asking, segment, from, step, limit - rows.length);
    rows.push(...found.rows);
    if (rows.length >= limit || found.stopped === null) return { rows, stopped: null };
    const reached = found.stopped;
    const small = await smallest(asking);
    if (small !== null) {
      const rest = await pickFrom(asking, segment, small, reached, limit - rows.length);
      return { rows: [...rows, ...rest], stopped: null };
    }
    if (performance.now() - asking.begun >= asking.effort.budgetMs) {
      const isTheirs = await isInReach(asking.tx, asking.filter.scope, reached.id);
      return isTheirs ? { rows, stopped: reached } : stopVaguely(asking, segment, rows, { from, step, reached });
    }
    from = reached;
    step = Math.min(2 * step, Math.max(LONGEST_STEP, asking.effort.firstStep));
  }
}

/**
 * The walk stopped at a run beyond the reach of who asks: the cursor must not tell where that stands, nor its id. So the page ends
 * at a round place in the second half of the last step, and the next one goes on from there.
 */
async function stopVaguely(
  asking: Asking,
  segment: ListSegment,
  rows: readonly Keyed<WorkflowListRow>[],
  { from, step, reached }: { from: OrderPosition | null; step: number; reached: OrderPosition },
): Promise<Found> {
  const { direction } = asking;
  const halves = await Promise.all(
    segment.sources.map((source) => {
      const { lanes, walk } = walkOf(asking, source, from, step);
      return findWalkEnds(asking.tx, source, lanes, asking.filter, { ...walk, rows: Math.ceil(walk.rows / 2) });
    }),
  );
  const half = nearest(halves.flat().map(positionOf), direction)!;
  const stopped = vaguePlace(half, reached, direction);
  return { rows: rows.filter((row) => compareInOrder(positionOf(row), stopped, direction) <= 0), stopped };
}

/** Walks on in every lane of every source, and merges what they hold as far as all of them have been walked. */
async function takeStep(
  asking: Asking,
  segment: ListSegment,
  after: OrderPosition | null,
  step: number,
  limit: number,
): Promise<Found> {
  const { direction } = asking;
  const walks = await Promise.all(
    segment.sources.map((source) => walkSource(asking, segment, source, after, step, limit)),
  );
  const reached = nearest(
    walks.flatMap(({ ends }) => ends),
    direction,
  );
  const rows = walks
    .flatMap((walk) => walk.rows)
    .map((row) => ({ row, position: positionOf(row) }))
    .filter(({ position }) => reached === null || compareInOrder(position, reached, direction) <= 0)
    .toSorted((a, b) => compareInOrder(a.position, b.position, direction))
    .slice(0, limit)
    .map(({ row }) => row);
  return { rows, stopped: rows.length === limit ? null : reached };
}

function nearest(places: readonly OrderPosition[], direction: SortDirection): OrderPosition | null {
  return places.toSorted((a, b) => compareInOrder(a, b, direction))[0] ?? null;
}

function walkOf(
  { filter, envs, direction }: Asking,
  source: ListSource,
  after: OrderPosition | null,
  step: number,
): { lanes: Lanes; walk: LaneWalk } {
  const lanes = lanesOf(source, filter, envs);
  const rows = Math.max(SHORTEST_LANE, Math.ceil(step / lanes.envs.length));
  return { lanes, walk: { order: source.order, direction, after, rows } };
}

async function walkSource(
  asking: Asking,
  segment: ListSegment,
  source: ListSource,
  after: OrderPosition | null,
  step: number,
  limit: number,
): Promise<{ rows: Keyed<WorkflowListRow>[]; ends: OrderPosition[] }> {
  const { tx, filter, direction } = asking;
  const { lanes, walk: whole } = walkOf(asking, source, after, step);
  const conditions = [
    ...unanswered(asking.conditions, source),
    ...(segment.holds === 'unretried' ? segmentCondition(tx, segment) : []),
  ];
  const picking = { source, lanes, filter, conditions, keys: segment.keys, direction, limit };
  // Where the index answers for everything, each row that is walked over is a row of the page. Environments that the key does
  // not reach are among those of an index that they do not lead.
  const isAll = conditions.length === 0 && (source.byEnv || isUnlimited(filter.scope));
  if (source.unordered === true && !isAll && conditions.every(({ part }) => !COSTLY.has(part))) {
    // A step would go through all of it anyway, and twice.
    return { rows: await pickRows(tx, { ...picking, walk: null, after }), ends: [] };
  }
  const walk = isAll ? { ...whole, rows: limit } : whole;
  const [rows, ends] = await Promise.all([
    pickRows(tx, { ...picking, walk, after: null }),
    isAll ? [] : findWalkEnds(tx, source, lanes, filter, walk),
  ]);
  return { rows, ends: ends.map(positionOf) };
}

/** What is looked up elsewhere or read from the input, for each row. */
const COSTLY: ReadonlySet<Condition['part']> = new Set(['step', 'tags']);

const isUnlimited = ({ env, serviceKey }: ReadScope): boolean => env === null && serviceKey === null;

/** The sources to read whole, if any are small enough. */
function smallest(asking: Asking): Promise<ListSource[] | null> {
  const { tx, filter, envs, effort } = asking;
  asking.small ??= findSmallest(tx, filter, envs, effort.smallSource);
  return asking.small;
}

/** What small sources hold of a segment, behind a place in it. */
async function pickFrom(
  { tx, filter, direction, envs, conditions }: Asking,
  segment: ListSegment,
  sources: readonly ListSource[],
  after: OrderPosition | null,
  limit: number,
): Promise<Keyed<WorkflowListRow>[]> {
  const picked = await Promise.all(
    sources.map((source) => {
      const rows = pickRows(tx, {
        source,
        lanes: lanesOf(source, filter, envs),
        walk: null,
        filter,
        conditions: [...unanswered(conditions, source), ...segmentCondition(tx, segment)],
        keys: segment.keys,
        direction,
        after,
        limit,
      });
      return readWhole(tx, source, rows);
    }),
  );
  return picked
    .flat()
    .toSorted((a, b) => compareInOrder(positionOf(a), positionOf(b), direction))
    .slice(0, limit);
}

function segmentCondition(sql: Tx, { holds }: ListSegment): Condition[] {
  const said = {
    ended: sql`${endedAt(sql)} IS NOT NULL`,
    open: sql`${endedAt(sql)} IS NULL`,
    measured: sql`workflows.duration_ms IS NOT NULL`,
    unmeasured: sql`workflows.duration_ms IS NULL`,
    retried: sql`workflows.retry_count > 0`,
    unretried: sql`workflows.retry_count = 0`,
  };
  return holds === null ? [] : [{ part: 'statuses', sql: said[holds] }];
}
