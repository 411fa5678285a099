/** What the read API is asked for: the usual questions of each view, and its worst honest ones. */
import type { Samples } from './samples.ts';

export interface NamedQuery {
  readonly name: string;
  /** What 95 of 100 answers may take with a million workflows stored, milliseconds. */
  readonly boundMs: number;
  /** Path and query of the request. */
  readonly path: string;
  /** How long the range is that it names, milliseconds; 0: it names none. */
  readonly rangeMs: number;
}

const USUAL_MS = 50;
/** For what reads or folds a run of ten thousand events whole. */
const LONG_RUN_MS = 150;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type Values = Readonly<Record<string, string | number | readonly string[]>>;

/**
 * @param samples of the store that is asked
 * @param deepCursor that of a page far down the list of all, by start
 */
export function namedQueries(samples: Samples, deepCursor: string): NamedQuery[] {
  return [
    ...lists(samples, deepCursor),
    ...selectiveLists(samples),
    ...searches(samples),
    ...oneWorkflow(samples),
    ...failures(samples),
    ...views(samples),
    ...metrics(samples),
  ];
}

function query(name: string, path: string, values: Values = {}, boundMs = USUAL_MS): NamedQuery {
  const params = new URLSearchParams(
    Object.entries(values).flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((one): [string, string] => [key, String(one)]),
    ),
  );
  const [since, until] = ['since', 'until'].map((bound) => params.get(bound));
  const rangeMs = since && until ? Date.parse(until) - Date.parse(since) : 0;
  return { name, boundMs, path: params.size === 0 ? path : `${path}?${params.toString()}`, rangeMs };
}

const list = (name: string, values: Values = {}): NamedQuery => query(`list: ${name}`, '/v1/workflows', values);

function lists({ longAgo }: Samples, deepCursor: string): NamedQuery[] {
  return [
    list('newest first'),
    list('oldest first', { order: 'asc' }),
    list('newest first, 200 rows of all runs', { runs: 'all', limit: 200 }),
    list('20,000 rows down', { limit: 50, cursor: deepCursor }),
    list('by end', { sort: 'finished' }),
    list('longest first', { sort: 'duration' }),
    list('shortest first', { sort: 'duration', order: 'asc' }),
    list('last changed first', { sort: 'updated' }),
    list('by id', { sort: 'id' }),
    list('most retries first', { sort: 'retries' }),
    list('an hour of long ago', between(longAgo, HOUR_MS)),
  ];
}

function between(from: number, lengthMs: number): Values {
  return { since: new Date(from).toISOString(), until: new Date(from + lengthMs).toISOString() };
}

/** The last so many milliseconds of what was loaded. */
const last = (loadedAt: number, ms: number): Values => between(loadedAt - ms, ms);

function selectiveLists(samples: Samples): NamedQuery[] {
  const { largeService, middleService, smallService, largeName, smallName } = samples;
  return [
    list('a large service, by duration', { service: largeService, sort: 'duration' }),
    list('a middling service, last changed first', { service: middleService, sort: 'updated' }),
    list('a small service, by duration', { service: smallService, sort: 'duration' }),
    list('two services, by end', { service: [middleService, smallService], sort: 'finished' }),
    list('a frequent name, completed', { name: largeName, status: 'completed' }),
    list('a rare name, by end', { name: smallName, sort: 'finished' }),
    list('failed in production', { env: 'production', status: 'failed' }),
    list('failed of a small service, longest first', { service: smallService, status: 'failed', sort: 'duration' }),
    list('running or paused, last changed first', { status: ['running', 'paused'], sort: 'updated' }),
    list('overdue', { overdue: 'true' }),
    list('with gaps, by end', { hasGaps: 'true', sort: 'finished' }),
    list('with retries, of a small service', { hasRetries: 'true', service: smallService }),
    list('took ten minutes to ten hours', { minDurationMs: 10 * MINUTE_MS, maxDurationMs: 10 * HOUR_MS }),
    list('a frequent error text', { error: 'timeout' }),
    list('a rare error text', { error: samples.rareError }),
    list('an error text that there is not', { error: 'no error says this' }),
    list('an error group, last changed first', { errorGroup: samples.errorGroup, sort: 'updated' }),
    list('a rare step', { step: samples.rareStep }),
    list('a rare step, last changed first', { step: samples.rareStep, sort: 'updated' }),
    list('a step of a single run', { step: samples.longRunStep }),
    list('a frequent tag', { tag: 'tags.region=eu-west' }),
    list('a rare tag', { tag: `tags.tenant=${samples.rareTenant}` }),
    list('a rare tag, by duration', { tag: `tags.tenant=${samples.rareTenant}`, sort: 'duration' }),
    list('a tag that there is not', { tag: 'tags.tenant=nobody' }),
  ];
}

function searches({ run }: Samples): NamedQuery[] {
  return [
    list('search: a workflow id', { search: run.workflowId }),
    list('search: the beginning of a workflow id', { search: run.workflowId.slice(0, 12) }),
    list('search: two letters', { search: run.workflowId.slice(0, 2) }),
    list('search: an execution id', { search: run.executionId }),
    list('search: an event id', { search: run.eventId }),
    list('search: the beginning of an event id', { search: run.eventId.slice(0, 14) }),
    list('search: nothing has it', { search: 'zzzzzzzz' }),
  ];
}

function oneWorkflow({ longRun, longRunEvents, longRunStep, run }: Samples): NamedQuery[] {
  const long = pathOf(longRun);
  const steps = `${long}/steps/${encodeURIComponent(longRunStep)}`;
  return [
    query('detail', pathOf(run)),
    query('provenance', `${pathOf(run)}/provenance`),
    query('detail of 10,000 events', long, {}, LONG_RUN_MS),
    query('provenance of 10,000 events', `${long}/provenance`, {}, LONG_RUN_MS),
    query('state at the 1,000th of 10,000 events', `${long}/state`, { event: longRunEvents.early }, LONG_RUN_MS),
    query('state at the 5,000th of 10,000 events', `${long}/state`, { event: longRunEvents.middle }, LONG_RUN_MS),
    query('state at the last of 10,000 events', `${long}/state`, { event: longRunEvents.last }, LONG_RUN_MS),
    query('spans of 10,000 events', `${long}/spans`, {}, LONG_RUN_MS),
    query('a step of 5,000', steps),
    query('events, a page of 10,000', `${long}/events`, { limit: 200 }),
    query('events of 10,000 by id', `${long}/events`, { id: Object.values(longRunEvents) }),
    query('events of 10,000 by text', `${long}/events`, { text: longRunStep }),
    query('events of 10,000 by a text that there is not', `${long}/events`, { text: 'no event says this' }),
  ];
}

function pathOf(key: { env: string; serviceKey: string; workflowId: string }): string {
  return `/v1/workflows/${[key.env, key.serviceKey, key.workflowId].map(encodeURIComponent).join('/')}`;
}

function failures({ loadedAt, middleService, errorGroup }: Samples): NamedQuery[] {
  const month = last(loadedAt, 30 * DAY_MS);
  return [
    query('failures, newest first', '/v1/failures'),
    query('failures of a service', '/v1/failures', { service: middleService }),
    query('error groups of a day', '/v1/failures/groups', last(loadedAt, DAY_MS)),
    query('error groups of a month', '/v1/failures/groups', month),
    query('one error group of a month', '/v1/failures/groups', { ...month, errorGroup }),
    query('failures by workflow, a month', '/v1/failures/workflows', month),
    query('failing steps of a month', '/v1/failures/steps', month),
  ];
}

function views({ loadedAt, largeService }: Samples): NamedQuery[] {
  const day = last(loadedAt, DAY_MS);
  const month = last(loadedAt, 30 * DAY_MS);
  return [
    query('environments', '/v1/environments', day),
    query('environments of a month', '/v1/environments', month),
    query('services', '/v1/services', day),
    query('services of a month', '/v1/services', month),
    query('one service', `/v1/services/${encodeURIComponent(largeService)}`, day),
    query('active runs', '/v1/active'),
    query('active runs that are stuck', '/v1/active', { state: 'stuck' }),
    query('forecast of resumes', '/v1/active/forecast', { hours: 48 }),
    query('pipeline', '/v1/pipeline'),
    query('quarantine', '/v1/quarantine'),
  ];
}

function metrics({ loadedAt, largeService }: Samples): NamedQuery[] {
  const day = last(loadedAt, DAY_MS);
  const month = last(loadedAt, 30 * DAY_MS);
  const names = ['env', 'service', 'name'];
  const ask = (name: string, values: Values): NamedQuery => query(`metrics: ${name}`, '/v1/metrics', values);
  const compared = (name: string, values: Values): NamedQuery =>
    query(`metrics: ${name}`, '/v1/metrics/compare', { left: 'production', right: 'staging', ...values });
  return [
    ask('an hour by minute', { ...last(loadedAt, HOUR_MS), interval: '1m' }),
    ask('a day by quarters of an hour', { ...day, interval: '15m' }),
    ask('a day by name, with histograms', { ...day, groupBy: names, histogram: 'true' }),
    ask('a week by hour', { ...last(loadedAt, 7 * DAY_MS), interval: '1h', groupBy: 'env' }),
    ask('a month by day', { ...month, interval: '1d' }),
    ask('a month by name', { ...month, groupBy: names }),
    ask('steps of a day', { ...day, of: 'steps', groupBy: 'step' }),
    ask('steps of a service, a month', { ...month, of: 'steps', groupBy: 'step', service: largeService }),
    compared('two environments, a day', day),
    compared('two environments, a month', month),
  ];
}
