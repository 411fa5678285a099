/** The rows of one workflow: its events as ingest stores them, and what the fold makes of them. */
import { comparePositions, readBody, readEvent } from '@wm/events';
import type { FoldEvent, StorableEvent } from '@wm/events';
import {
  attemptRowId,
  emptyWorkflow,
  foldEvents,
  PROJECTION_VERSION,
  runContribution,
  sleepRowId,
  stepContribution,
  stepRowId,
  workflowRowId,
} from '@wm/projection';
import type { RunState, WorkflowKey } from '@wm/projection';
import { attemptColumns, KEY_COLUMNS, sleepColumns, stepColumns, workflowColumns } from '@wm/store';
import type { TableColumns } from '@wm/store';
import { foldEventOf } from '../fold-event-of.ts';
import { copyJson, copyLine, copyValue } from './copy-text.ts';
import type { Arrival } from './population.ts';

export interface LoggedEvent extends StorableEvent {
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** Lines for COPY, by table. */
export type Lines = Map<string, string[]>;

export const EVENT_COLUMNS = [
  'id',
  'event_type',
  'workflow_id',
  'workflow_name',
  'env',
  'service_key',
  'event_timestamp',
  'payload',
  'received_at',
  'processed',
  'processed_at',
  'source',
  'execution_id',
  'flags',
] as const;

/** Columns that are not in the fold's rows: when a row was made, and the values that SQL copies from the log. */
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  workflows: ['created_at', 'updated_at', 'input', 'output'],
  workflow_steps: ['created_at', 'updated_at', 'result'],
};

/** Names of the columns in the order of the lines. */
export function projectionColumns({ table, columns }: TableColumns): string[] {
  const own = Object.values(columns).map(([column]) => column);
  return ['id', ...Object.values(KEY_COLUMNS), ...own, ...(FURTHER[table] ?? [])];
}

/** From what the client sends to what ingest stores. @throws where ingest would refuse an event */
export function logged(arrivals: readonly Arrival[]): LoggedEvent[] {
  return arrivals.flatMap(({ receivedAt, events }) => {
    const read = readBody(Buffer.from(JSON.stringify({ events })));
    if (read.kind !== 'events') throw new Error(`The simulator made a request that is none: ${read.problem}`);
    return read.events.map((raw) => {
      const outcome = readEvent(raw, receivedAt);
      if (outcome.kind === 'rejected') {
        throw new Error(`The simulator made an event that ingest refuses: ${outcome.rejection.detail}`);
      }
      return { ...outcome.event, receivedAt };
    });
  });
}

const FOLDED_AFTER_MS = 20;

export function eventLine(event: LoggedEvent): string {
  const { id, type, workflowId, workflowName, env, serviceKey, at, payload, receivedAt, source, executionId } = event;
  const instant = (ms: number): string => new Date(ms).toISOString();
  return copyLine([
    id,
    type,
    copyValue(workflowId, 'text'),
    copyValue(workflowName, 'text'),
    copyValue(env, 'text'),
    copyValue(serviceKey, 'text'),
    instant(at),
    copyJson(payload),
    instant(receivedAt),
    't',
    instant(receivedAt + FOLDED_AFTER_MS),
    source,
    copyValue(executionId, 'text'),
    copyValue(event.flags, 'text[]'),
  ]);
}

/** Adds the lines of the projection of one workflow's events, in whatever order they come. */
export function addProjection(events: readonly LoggedEvent[], lines: Lines): void {
  const payloads = new Map<string, Record<string, unknown>>();
  const folded: FoldEvent[] = [];
  for (const event of events) {
    if (event.source !== 'workflow') continue;
    const payload = JSON.parse(event.payload) as Record<string, unknown>;
    payloads.set(event.id, payload);
    folded.push(foldEventOf(event, payload));
  }
  if (folded.length === 0) return;
  const { env, serviceKey, workflowId } = events[0]!;
  const key = { env, serviceKey, workflowId };
  const madeAt = { createdAt: events[0]!.receivedAt, updatedAt: events.at(-1)!.receivedAt + FOLDED_AFTER_MS };
  const { runs } = foldEvents(emptyWorkflow(1), folded.toSorted(comparePositions));
  for (const run of runs) addRun({ key, run, payloads, lines, madeAt });
}

interface RunToAdd {
  readonly key: WorkflowKey;
  readonly run: RunState;
  /** By id of the event. */
  readonly payloads: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly lines: Lines;
  readonly madeAt: { readonly createdAt: number; readonly updatedAt: number };
}

function addRun({ key, run, payloads, lines, madeAt }: RunToAdd): void {
  const { row } = run;
  const times = [copyValue(madeAt.createdAt, 'instant'), copyValue(madeAt.updatedAt, 'instant')];
  const value = (eventId: string | undefined | null, ...fields: string[]): string => {
    const payload = eventId === undefined || eventId === null ? undefined : payloads.get(eventId);
    const field = fields.find((name) => payload !== undefined && Object.hasOwn(payload, name));
    return copyJson(field === undefined ? null : JSON.stringify(payload![field]));
  };
  const add = (table: TableColumns, id: string, fields: object, further: readonly string[] = []): void => {
    const line = projectionLine(table, { id, ...key, run: row.run, ...fields }, further);
    const known = lines.get(table.table);
    if (known === undefined) lines.set(table.table, [line]);
    else known.push(line);
  };
  const { inputEvent, outputEvent } = row.foldState;
  add(
    workflowColumns,
    workflowRowId(key, row.run),
    {
      ...row,
      firstEventAt: row.firstEvent.at,
      firstEventId: row.firstEvent.id,
      lastEventAt: row.lastEvent.at,
      lastEventId: row.lastEvent.id,
      contribution: runContribution(row),
      projectionVersion: PROJECTION_VERSION,
    },
    [...times, value(inputEvent?.id, 'input'), value(outputEvent?.id, 'output', 'result')],
  );
  for (const step of run.steps.values()) {
    const fields = { ...step, contribution: stepContribution(step) };
    add(stepColumns, stepRowId(key, row.run, step.stepName), fields, [...times, value(step.resultEventId, 'result')]);
  }
  for (const attempt of run.attempts.values()) {
    add(attemptColumns, attemptRowId(key, row.run, attempt.stepName, attempt.attemptNumber), attempt);
  }
  for (const sleep of run.sleeps.values()) add(sleepColumns, sleepRowId(key, row.run, sleep.startEventId), sleep);
}

interface Identity extends WorkflowKey {
  readonly id: string;
  readonly run: number;
}

function projectionLine({ columns }: TableColumns, row: Identity & object, further: readonly string[]): string {
  const fields = row as Readonly<Record<string, unknown>>;
  return copyLine([
    row.id,
    ...Object.keys(KEY_COLUMNS).map((field) => copyValue(fields[field], 'text')),
    ...Object.entries(columns).map(([field, [, type]]) => copyValue(fields[field], type)),
    ...further,
  ]);
}
