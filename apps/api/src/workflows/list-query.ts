/** What a list of workflows may be asked for: its parameters, and the question to the store that they make. */
import { z } from '@hono/zod-openapi';
import {
  findSearched,
  WORKFLOW_SORTS,
  type Expectations,
  type ListQuestion,
  type ReadScope,
  type Sql,
  type Tx,
  type WorkflowFilter,
} from '@wm/store';
import { ACTIVITY_RULES, activeState } from '../active/activity.ts';
import { cursorParam, instant, limit, name, repeated } from '../http/params.ts';
import { ProblemError } from '../http/problem.ts';
import { inputTag, readInputTag } from './input-tag.ts';
import { readListCursor } from './list-cursor.ts';
import { workflowStatus } from './schemas.ts';

/** More values or tags than this are no question that somebody asks by hand. */
const MOST_VALUES = 50;
const MOST_TAGS = 5;

export function several<T extends z.ZodType<string, string>>(item: T, description: string, values?: readonly string[]) {
  return repeated(item)
    .refine((list) => list.length <= MOST_VALUES, `must not be given more than ${MOST_VALUES} times`)
    .openapi({
      description: `${description}; may be given more than once`,
      type: 'array',
      items: { type: 'string', ...(values !== undefined && { enum: [...values] }) },
    });
}

const duration = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().openapi({ type: 'integer' });
const flag = z.enum(['true', 'false']).optional().openapi({ type: 'string' });

/** Shared by the list and its export. */
export const filterParams = {
  env: several(name, 'Only these environments'),
  service: several(name, 'Only these services'),
  status: several(workflowStatus, 'Only these statuses', workflowStatus.options),
  name: several(name, 'Only workflows of these names'),
  since: instant.optional().openapi({ description: 'Only those that started (sortAt) at or after this time' }),
  until: instant.optional().openapi({ description: 'Only those that started (sortAt) before this time' }),
  finishedSince: instant
    .optional()
    .openapi({ description: 'Only those that ended at or after this time, however they did' }),
  finishedUntil: instant.optional().openapi({ description: 'Only those that ended before this time' }),
  minDurationMs: duration.openapi({ description: 'Only those that are known to have taken as long' }),
  maxDurationMs: duration.openapi({ description: 'Only those that are known to have taken no longer' }),
  error: name.optional().openapi({ description: 'A text in the error message, upper or lower case alike' }),
  errorGroup: name.optional().openapi({ description: 'Only failures of this group, as /v1/failures/groups names it' }),
  errorStep: name.optional().openapi({ description: 'Only failures that this step is to blame for' }),
  step: name.optional().openapi({ description: 'Only runs that have a step of this name' }),
  tag: repeated(inputTag)
    .refine((list) => list.length <= MOST_TAGS, `must not be given more than ${MOST_TAGS} times`)
    .openapi({
      description:
        'A path in the input and the value there, such as customer.region=eu; names with a dot in them as a\\.b. May be given more than once: all must be there',
      type: 'array',
      items: { type: 'string' },
    }),
  hasRetries: flag.openapi({ description: 'Only those with a retry, or only those without' }),
  hasGaps: flag.openapi({ description: 'Only those of which something is known to be missing, or only the others' }),
  overdue: flag.openapi({
    description:
      'Only those that should have resumed by now and gave no sign of life, whether overdue or stuck, or only the others',
  }),
  activity: several(activeState, 'Only runs under way that do this, as activityState tells', activeState.options),
  search: name.optional().openapi({
    description: 'A workflow id, execution id or event id, whole or its beginning; of an event id at least 12 digits',
  }),
  runs: z
    .enum(['latest', 'all'])
    .default('latest')
    .openapi({ description: 'Only the newest run of each workflow, or all' }),
};

const orderParams = {
  sort: z
    .enum(WORKFLOW_SORTS)
    .default('started')
    .openapi({ description: 'What to order by; a run without that value comes last' }),
  order: z.enum(['asc', 'desc']).default('desc').openapi({ description: 'Rising or falling' }),
};

export const listQuery = z
  .strictObject({ ...filterParams, ...orderParams, limit, cursor: cursorParam(readListCursor) })
  .refine(({ cursor, sort, order }) => cursor === undefined || (cursor.sort === sort && cursor.direction === order), {
    path: ['cursor'],
    message: 'belongs to another order: ask for the sort and order that the page before had',
  });

export const exportQuery = z.strictObject({
  ...filterParams,
  ...orderParams,
  format: z
    .enum(['csv', 'ndjson'])
    .default('ndjson')
    .openapi({ description: 'CSV with a head line, or one JSON object a line' }),
});

type FilterValues = Omit<z.output<typeof exportQuery>, 'sort' | 'order' | 'format'>;

/** Who asks, and what is usual at this time. */
export interface Asker {
  scope: ReadScope;
  expectations: Expectations;
}

/** @throws 400 where what is searched for fits too many events */
export async function filterOf(
  tx: Sql | Tx,
  { scope, expectations }: Asker,
  values: FilterValues,
): Promise<WorkflowFilter> {
  const isTrue = (text: 'true' | 'false' | undefined): boolean | null => (text === undefined ? null : text === 'true');
  const overdue = isTrue(values.overdue);
  return {
    scope,
    envs: values.env,
    services: values.service,
    statuses: values.status,
    names: values.name,
    since: values.since ?? null,
    until: values.until ?? null,
    finishedSince: values.finishedSince ?? null,
    finishedUntil: values.finishedUntil ?? null,
    minDurationMs: values.minDurationMs ?? null,
    maxDurationMs: values.maxDurationMs ?? null,
    errorText: values.error ?? null,
    errorGroup: values.errorGroup ?? null,
    errorStep: values.errorStep ?? null,
    step: values.step ?? null,
    tags: values.tag.map((text) => readInputTag(text)),
    hasRetries: isTrue(values.hasRetries),
    hasGaps: isTrue(values.hasGaps),
    overdue: overdue === null ? null : { is: overdue, graceMs: ACTIVITY_RULES.overdueAfterMs },
    activity:
      values.activity.length === 0 ? null : { states: values.activity, rules: { ...ACTIVITY_RULES, expectations } },
    search: values.search === undefined ? null : await searchOf(tx, scope, values.search),
    runs: values.runs,
  };
}

async function searchOf(tx: Sql | Tx, scope: ReadScope, text: string): Promise<WorkflowFilter['search']> {
  const search = await findSearched(tx, scope, text);
  if (search !== null) return search;
  throw new ProblemError(400, 'Nothing was read: more than 1,000 events have an id that begins so.', [
    { in: 'query', field: 'search', message: 'fits more than 1,000 event ids: give more of the id' },
  ]);
}

export function questionOf(
  filter: WorkflowFilter,
  { sort, order, limit: size, cursor }: Pick<z.output<typeof listQuery>, 'sort' | 'order' | 'limit' | 'cursor'>,
  withTotal = false,
): ListQuestion {
  return { filter, sort, direction: order, after: cursor?.position ?? null, limit: size, withTotal };
}
