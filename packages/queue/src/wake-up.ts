/** The one job of the catalogue: "this workflow has pending events". */
import { createHash } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';

/** Names and ids are at most 512 bytes each (ingest holds that), and the event ids are a hint only. */
const MAX_NAME = 512;
const MAX_EVENT_IDS = 100;
const MAX_ORIGIN = 128;

export const wakeUpSchema = z.object({
  key: z.object({
    env: z.string().max(MAX_NAME),
    serviceKey: z.string().max(MAX_NAME),
    workflowId: z.string().max(MAX_NAME),
  }),
  /** Some of the events it is about. Only the newest payload of a workflow survives, so they prove nothing. */
  eventIds: z.array(z.string()).max(MAX_EVENT_IDS),
  /** The request that brought them, for logs and traces. One that cannot be read is no reason not to wake. */
  origin: z
    .object({ requestId: z.string().max(MAX_ORIGIN), traceparent: z.string().max(MAX_ORIGIN).optional() })
    .optional()
    .catch(undefined),
});

export type WakeUp = z.infer<typeof wakeUpSchema>;
export type WorkflowKey = Readonly<WakeUp['key']>;

/** What a wake-up is made from. */
export type WakeUpRequest = Readonly<Omit<WakeUp, 'eventIds'>> & { eventIds: readonly string[] };

const JOB_NAME = 'drain';

export interface WakeUpJob {
  name: typeof JOB_NAME;
  data: WakeUp;
  opts: JobsOptions;
}

/**
 * The job of a wake-up. Its deduplication keeps the newest wake-up that comes while one is being worked on: of four
 * other ways to say "once per workflow", each lost wake-ups. No job id of our own: one that exists is not added again.
 */
export function wakeUpJob({ key, eventIds, origin }: WakeUpRequest): WakeUpJob {
  const { env, serviceKey, workflowId } = key;
  return {
    name: JOB_NAME,
    data: {
      key: { env, serviceKey, workflowId },
      eventIds: eventIds.slice(0, MAX_EVENT_IDS),
      ...(origin !== undefined && { origin }),
    },
    opts: {
      deduplication: { id: deduplicationId(key), keepLastIfActive: true },
      attempts: 5,
      backoff: { type: 'exponential', delay: 500 },
      removeOnComplete: true,
      removeOnFail: { count: 1_000 },
    },
  };
}

/** A hash, because names may hold anything and queue keys may not. */
export function deduplicationId({ env, serviceKey, workflowId }: WorkflowKey): string {
  return createHash('sha256').update([env, serviceKey, workflowId].join('\0')).digest('base64url');
}
