import type { VerifyScope } from '@wm/store';
import { momentOf } from './moment.ts';
import { PlainError } from './plain-error.ts';

/** The options by which commands choose workflows, as parseArgs takes them. */
export const SCOPE_OPTIONS = {
  env: { type: 'string' },
  service: { type: 'string' },
  workflow: { type: 'string' },
  since: { type: 'string' },
} as const;

/** @throws PlainError where they make no sense together */
export function scopeOf(values: { [Option in keyof typeof SCOPE_OPTIONS]?: string | undefined }): VerifyScope {
  const { env, service, workflow, since } = values;
  if (workflow !== undefined && (env === undefined || service === undefined))
    throw new PlainError(
      '--workflow takes --env and --service beside it: the id alone does not name a workflow. Nothing was begun.',
    );
  return {
    env,
    serviceKey: service,
    workflowId: workflow,
    since: since === undefined ? undefined : momentOf(since, '--since', 'Nothing was begun.'),
  };
}
