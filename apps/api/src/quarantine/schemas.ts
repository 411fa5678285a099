/** The shapes of the quarantine's routes. */
import { z } from '@hono/zod-openapi';
import { QUARANTINE_STATES, type QuarantineFilter, type ReadScope } from '@wm/store';
import { instant, instantJson, name } from '../http/params.ts';

export const entryPath = z.object({ id: z.uuid().openapi({ description: 'Id of the entry, as the list shows it' }) });

/** What a list and an action by filter have in common. */
export const filterFields = {
  reason: name.optional().openapi({ description: 'Only this reason', example: 'out_of_scope' }),
  env: name.optional().openapi({ description: 'Only events that name this environment' }),
  service: name.optional().openapi({ description: 'Only events that name this service' }),
  since: instant.optional().openapi({ description: 'Only those received at or after this time' }),
  until: instant.optional().openapi({ description: 'Only those received before this time' }),
};

/** In a body; must be there, so that an empty body does not mean everything. */
export const filterSchema = z.strictObject(filterFields).openapi({
  description: 'Which open entries are meant; {} means every one that the key reaches',
});

type Filter = z.output<typeof filterSchema>;

export function storeFilter(filter: Filter, scope: ReadScope): QuarantineFilter {
  return {
    scope,
    reason: filter.reason ?? null,
    env: filter.env ?? null,
    service: filter.service ?? null,
    since: filter.since ?? null,
    until: filter.until ?? null,
  };
}

export const stateSchema = z.enum(QUARANTINE_STATES);

const summaryFields = {
  id: z.uuid(),
  state: stateSchema,
  reason: z.string().openapi({ description: 'A code', example: 'bad_timestamp' }),
  detail: z.string().openapi({ description: 'In words: which field, and what was wrong with it' }),
  eventId: z.string().nullable().openapi({ description: 'As claimed; null: unreadable' }),
  env: z.string().nullable(),
  serviceKey: z.string().nullable(),
  keyId: z.uuid().nullable().openapi({ description: 'The key that it came with' }),
  receivedAt: instantJson,
  rawBytes: z.int().openapi({ description: 'Bytes of its text that are kept' }),
  rawCut: z
    .boolean()
    .openapi({ description: 'Only the beginning of its text is kept, so it cannot go through as it is' }),
  redrivenAt: instantJson.nullable(),
  discardedAt: instantJson.nullable(),
};

export const summarySchema = z.object(summaryFields).openapi('QuarantinedEvent');

const actionSchema = z
  .object({
    action: z.enum(['redrive', 'discard']),
    outcome: z.enum(['stored', 'duplicate', 'rejected', 'discarded']),
    detail: z.string().nullable().openapi({ description: 'Why it was discarded, or rejected again' }),
    eventId: z.uuid().nullable().openapi({ description: 'Its id in the log, where it is there now' }),
    mended: z.boolean().openapi({ description: 'Another text than the one that was kept was sent through' }),
    actor: z.string().openapi({ description: 'Id of the key, `cli`, or `anyone` with AUTH=off' }),
    actedAt: instantJson,
  })
  .openapi('QuarantineAction');

export const entrySchema = z
  .object({
    ...summaryFields,
    raw: z.string().openapi({ description: 'Its JSON text as it came; the beginning of it where rawCut is set' }),
    bytesReplaced: z
      .boolean()
      .openapi({ description: 'The request was no valid UTF-8: U+FFFD stands for bytes that are lost' }),
    reasonText: z.string().nullable().openapi({ description: 'What the reason means, and what to do' }),
    actions: z.array(actionSchema).openapi({ description: 'What was done about it, oldest first' }),
  })
  .openapi('QuarantineEntry');
