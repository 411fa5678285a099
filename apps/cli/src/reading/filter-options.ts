/** The filters of lists as options of commands. */
import type { Routes } from '@wm/client';
import { durationMs } from '../duration.ts';
import { momentOf } from '../moment.ts';
import { PlainError } from '../plain-error.ts';

type ListQuery = Routes['GET /v1/workflows']['query'];

const one = { type: 'string' } as const;
const several = { type: 'string', multiple: true } as const;

export const FILTER_OPTIONS = {
  env: several,
  service: several,
  status: several,
  name: several,
  activity: several,
  since: one,
  until: one,
  'finished-since': one,
  'finished-until': one,
  'min-duration': one,
  'max-duration': one,
  error: one,
  'error-group': one,
  'error-step': one,
  step: one,
  tag: several,
  'has-retries': one,
  'has-gaps': one,
  overdue: one,
  search: one,
  runs: one,
} as const;

export const ORDER_OPTIONS = { sort: one, order: one } as const;

export type FilterValues = {
  [Option in keyof typeof FILTER_OPTIONS]?:
    | ((typeof FILTER_OPTIONS)[Option] extends { multiple: true } ? string[] : string)
    | undefined;
};

/** What stands in a fixed set of words is checked by the api, which names the words. @throws PlainError for a time that is none */
export function filterQuery(values: FilterValues): ListQuery {
  const given = {
    env: values.env,
    service: values.service,
    status: values.status,
    name: values.name,
    activity: values.activity,
    since: timeOf(values.since, '--since'),
    until: timeOf(values.until, '--until'),
    finishedSince: timeOf(values['finished-since'], '--finished-since'),
    finishedUntil: timeOf(values['finished-until'], '--finished-until'),
    minDurationMs: lengthOf(values['min-duration'], '--min-duration'),
    maxDurationMs: lengthOf(values['max-duration'], '--max-duration'),
    error: values.error,
    errorGroup: values['error-group'],
    errorStep: values['error-step'],
    step: values.step,
    tag: values.tag,
    hasRetries: values['has-retries'],
    hasGaps: values['has-gaps'],
    overdue: values.overdue,
    search: values.search,
    runs: values.runs,
  };
  return defined(given);
}

/** Without the fields that were not given. */
export function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const NOTHING_READ = 'Nothing was read.';

/** As the api reads it; see momentOf for what it may be. */
export function timeOf(text: string | undefined, option: string): string | undefined {
  return text === undefined ? undefined : momentOf(text, option, NOTHING_READ).toISOString();
}

/** A length such as 90s, or milliseconds. */
function lengthOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : durationMs(text, option, NOTHING_READ);
}

/** @throws PlainError where it is no whole number from 1 up to the most */
export function rowsOf(text: string, most: number): number {
  const rows = Number(text);
  if (/^\d+$/.test(text) && rows >= 1 && rows <= most) return rows;
  throw new PlainError(`--limit takes a whole number from 1 to ${most}, not "${text}". ${NOTHING_READ}`);
}
