/** Values that a loaded store really holds, to ask for: the most frequent of each kind, and the rarest. */
import type { Sql } from '@wm/store';

interface WorkflowKey {
  readonly env: string;
  readonly serviceKey: string;
  readonly workflowId: string;
}

export interface Samples {
  /** The longest run there is: of about 10,000 events in stores of 10,000 workflows and more. */
  readonly longRun: WorkflowKey & { readonly events: number };
  /** Events of it, a tenth, a half and all of the way along. */
  readonly longRunEvents: { readonly early: string; readonly middle: string; readonly last: string };
  readonly longRunStep: string;
  /** An ordinary run with an execution id. */
  readonly run: WorkflowKey & { readonly executionId: string; readonly eventId: string };
  readonly largeService: string;
  /** In the middle by the number of its runs. */
  readonly middleService: string;
  readonly smallService: string;
  readonly largeName: string;
  readonly smallName: string;
  /** A step that only runs of a small service have. */
  readonly rareStep: string;
  /** The tenant with the fewest runs. */
  readonly rareTenant: string;
  readonly errorGroup: string;
  /** Words that few of the errors hold. */
  readonly rareError: string;
  /** When the store was loaded, milliseconds since the epoch: a kept one is asked for the same days whenever it is. */
  readonly loadedAt: number;
  /** A third of the way from the oldest workflow to then: twenty days before, where they began over thirty. */
  readonly longAgo: number;
}

const DAY_MS = 86_400_000;

/**
 * Asks once, before anything is measured: some of it goes through whole tables.
 *
 * @param days over which the workflows of the store began
 * @throws where the store is empty
 */
export async function findSamples(sql: Sql, days: number): Promise<Samples> {
  const services = await byRuns(sql, 'service_key');
  const names = await byRuns(sql, 'workflow_name');
  const [longRun] = await sql<(WorkflowKey & { events: number })[]>`
    SELECT env, service_key AS "serviceKey", workflow_id AS "workflowId", event_count AS events
    FROM workflows ORDER BY event_count DESC, id LIMIT 1`;
  if (longRun === undefined) throw new Error('The store is empty: there is nothing to ask it for. Load it again.');
  const events = await sql<{ id: string; stepName: string | null }[]>`
    SELECT id, payload ->> 'stepName' AS "stepName" FROM workflow_events
    WHERE env = ${longRun.env} AND service_key = ${longRun.serviceKey} AND workflow_id = ${longRun.workflowId}
    ORDER BY event_timestamp, id`;
  const at = (share: number): string => events[Math.floor(share * (events.length - 1))]!.id;
  const steps = events.flatMap(({ stepName }) => (stepName === null ? [] : [stepName]));
  const [run] = await sql<Samples['run'][]>`
    SELECT env, service_key AS "serviceKey", workflow_id AS "workflowId", execution_id AS "executionId", last_event_id AS "eventId"
    FROM workflows WHERE execution_id IS NOT NULL AND latest ORDER BY sort_at DESC, id LIMIT 1`;
  if (run === undefined)
    throw new Error('No run of the store has an execution id, so that nothing can be searched for.');
  const [rareStep] = await sql<{ stepName: string }[]>`
    SELECT step_name AS "stepName" FROM workflow_steps WHERE service_key = ${services.at(-1)!} ORDER BY id LIMIT 1`;
  const [tenant] = await sql<{ tenant: string }[]>`
    SELECT input #>> '{tags,tenant}' AS tenant FROM workflows WHERE input #>> '{tags,tenant}' IS NOT NULL
    GROUP BY 1 ORDER BY count(*), 1 LIMIT 1`;
  const [error] = await sql<{ errorGroup: string }[]>`
    SELECT error_group AS "errorGroup" FROM workflows WHERE error_group IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`;
  const [rare] = await sql<{ text: string }[]>`
    SELECT error_message AS text FROM workflows WHERE error_message <> '' GROUP BY 1 ORDER BY count(*), 1 LIMIT 1`;
  const [oldest] = await sql<{ at: Date }[]>`SELECT min(sort_at) AS at FROM workflows`;
  return {
    longRun,
    longRunEvents: { early: at(0.1), middle: at(0.5), last: at(1) },
    longRunStep: steps[Math.floor(steps.length / 2)] ?? '',
    run,
    largeService: services[0]!,
    middleService: services[Math.floor(services.length / 2)]!,
    smallService: services.at(-1)!,
    largeName: names[0]!,
    smallName: names.at(-1)!,
    rareStep: rareStep!.stepName,
    rareTenant: tenant!.tenant,
    errorGroup: error!.errorGroup,
    rareError: rare!.text.slice(0, 60),
    loadedAt: oldest!.at.getTime() + days * DAY_MS,
    longAgo: oldest!.at.getTime() + (days * DAY_MS) / 3,
  };
}

/** All values of a column, most runs first. */
async function byRuns(sql: Sql, column: 'service_key' | 'workflow_name'): Promise<string[]> {
  const rows = await sql<{ value: string }[]>`
    SELECT ${sql(column)} AS value FROM workflows GROUP BY 1 ORDER BY count(*) DESC, 1`;
  return rows.map(({ value }) => value);
}
