/** The one job of the catalogue: "these workflows have pending events". */
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';

/** Names and ids are at most 512 bytes each (ingest holds that). */
const MAX_NAME = 512;
/** As many as a worker drains in one transaction. */
const MAX_WORKFLOWS = 100;
const MAX_ORIGINS = 50;
const MAX_ORIGIN = 128;

export const wakeUpSchema = z.object({
  workflows: z
    .array(
      z.object({
        env: z.string().max(MAX_NAME),
        serviceKey: z.string().max(MAX_NAME),
        workflowId: z.string().max(MAX_NAME),
      }),
    )
    .max(MAX_WORKFLOWS),
  /** The first requests that brought the events, for logs and traces. What cannot be read is no reason not to wake. */
  origins: z
    .array(z.object({ requestId: z.string().max(MAX_ORIGIN), traceparent: z.string().max(MAX_ORIGIN).optional() }))
    .max(MAX_ORIGINS)
    .catch([]),
});

export type WakeUp = z.infer<typeof wakeUpSchema>;
export type WorkflowKey = Readonly<WakeUp['workflows'][number]>;
type RequestOrigin = WakeUp['origins'][number];

/** What a wake-up is made from: a workflow that has new events. */
export interface WakeUpRequest {
  readonly key: WorkflowKey;
  readonly origin?: RequestOrigin | undefined;
}

const JOB_NAME = 'drain';

export interface WakeUpJob {
  name: typeof JOB_NAME;
  data: WakeUp;
  opts: JobsOptions;
}

/**
 * The jobs that wake these workflows, each workflow once. What is told together goes together: with a job for each
 * workflow the queue took a tenth of all processor time in Redis, and a third in PostgreSQL.
 */
export function wakeUpJobs(requests: readonly WakeUpRequest[]): WakeUpJob[] {
  const distinct = new Map(requests.map((request) => [nameOf(request.key), request]));
  const all = [...distinct.values()];
  const jobs: WakeUpJob[] = [];
  for (let from = 0; from < all.length; from += MAX_WORKFLOWS) jobs.push(jobOf(all.slice(from, from + MAX_WORKFLOWS)));
  return jobs;
}

function jobOf(requests: readonly WakeUpRequest[]): WakeUpJob {
  const origins = new Map(requests.flatMap(({ origin }) => (origin === undefined ? [] : [[origin.requestId, origin]])));
  return {
    name: JOB_NAME,
    data: {
      workflows: requests.map(({ key: { env, serviceKey, workflowId } }) => ({ env, serviceKey, workflowId })),
      origins: [...origins.values()].slice(0, MAX_ORIGINS),
    },
    opts: {
      attempts: 5,
      backoff: { type: 'exponential', delay: 500 },
      removeOnComplete: true,
      removeOnFail: { count: 1_000 },
    },
  };
}

function nameOf({ env, serviceKey, workflowId }: WorkflowKey): string {
  return `${env}\0${serviceKey}\0${workflowId}`;
}
