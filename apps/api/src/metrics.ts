/** The figures of the whole pipeline at the api's /metrics: they are there when no worker runs, too. */
import { PROJECTION_VERSION } from '@wm/projection';
import { addGauge, Counter } from '@wm/runtime';
import type { Reading, Registry } from '@wm/runtime';
import { DAY_MS, QUARANTINE_BYTES, type Backlog } from '@wm/store';
import type { PipelineFigures, PipelineReader } from './pipeline/pipeline-figures.ts';

/** Names come from clients: so many are shown by name, the others as one. */
const MOST_NAMES = 50;
const OTHERS = '(others)';

export function addPipelineMetrics(registry: Registry, reader: PipelineReader): void {
  const figure = (
    name: string,
    help: string,
    labelNames: readonly string[],
    pick: (figures: PipelineFigures) => readonly Reading[],
  ): void => addGauge(registry, `wm_pipeline_${name}`, help, labelNames, async () => pick(await reader.read()));

  figure('scrape_ok', 'Whether all figures of the pipeline could be read: 1 or 0', [], ({ complete }) =>
    one(complete ? 1 : 0),
  );
  figure('lag_seconds', 'How long the oldest event that is not folded yet has waited', [], ({ lagMs }) =>
    one(seconds(lagMs)),
  );
  figure('pending_events', 'Events that wait to be folded, up to a million', ['env'], ({ backlog }) =>
    backlog === null ? [] : byEnvironment(backlog),
  );
  figure(
    'service_lag_seconds',
    'How long the oldest event of a service has waited; services of which none waits are absent',
    ['env', 'service_key'],
    ({ backlog }) => (backlog ?? []).slice(0, MOST_NAMES).map(ofService),
  );
  addQuarantine(figure);
  addProjection(figure);
  figure('queue_up', 'Whether the queue answers: 1 or 0', [], ({ queue }) => one(queue === null ? 0 : 1));
  figure('queue_jobs', 'Wake-ups in the queue, by state', ['state'], ({ queue }) =>
    Object.entries(queue ?? {}).map(([state, value]) => ({ labels: { state }, value: Number(value) })),
  );
  figure(
    'partitions_ahead_days',
    'Days until the event log comes to a month without a partition of its own',
    [],
    ({ partitionEnd }) => one(partitionEnd === null ? null : (partitionEnd.getTime() - Date.now()) / DAY_MS),
  );
  addCounter(registry, reader, 'swept', 'wm_pipeline_swept_events_total', 'Events that the sweeper had to save, ever');
  addCounter(registry, reader, 'refolded', 'wm_pipeline_refolds_total', 'Workflows folded again, ever');
}

type AddFigure = (
  name: string,
  help: string,
  labelNames: readonly string[],
  pick: (figures: PipelineFigures) => readonly Reading[],
) => void;

function addQuarantine(figure: AddFigure): void {
  figure(
    'quarantine_open',
    'Rejected events that wait for somebody to decide, up to 100,000',
    [],
    ({ quarantineOpen }) => one(quarantineOpen),
  );
  figure('quarantine_bytes', 'Texts of rejected events that are kept', [], ({ quarantineBytes }) =>
    one(quarantineBytes),
  );
  figure('quarantine_bound_bytes', 'As many as may be kept', [], () => one(QUARANTINE_BYTES));
}

function addProjection(figure: AddFigure): void {
  figure('poisoned_events', 'Stored events that the state could not take in', [], ({ poisoned }) => one(poisoned));
  figure('projection_target', 'Version of the fold that is in force', [], ({ projectionTarget }) =>
    one(projectionTarget),
  );
  figure('projection_code', 'Version of the fold in the code of this process', [], () => one(PROJECTION_VERSION));
  figure('rebuild_requests', 'Workflows that are to be folded again', [], ({ rebuilds }) =>
    one(rebuilds === null ? null : rebuilds.workflows),
  );
  figure('rebuild_failing', 'Those that have failed three times or more', [], ({ rebuilds }) =>
    one(rebuilds === null ? null : rebuilds.failing),
  );
  figure(
    'verify_due_timestamp_seconds',
    'When the verifier is to take its next workflow, seconds since 1970; it moves on while any worker verifies',
    [],
    ({ verifyWalk }) => one(verifyWalk === null ? null : verifyWalk.nextAt.getTime() / 1_000),
  );
}

/** A counter that the database keeps over all processes. */
function addCounter(registry: Registry, reader: PipelineReader, counted: string, name: string, help: string): void {
  void new Counter({
    name,
    help,
    registers: [registry],
    async collect() {
      const { counters } = await reader.read();
      this.reset();
      if (counters === null) this.remove();
      else this.inc(counters.get(counted) ?? 0);
    },
  });
}

function one(value: number | null): Reading[] {
  return value === null ? [] : [{ value }];
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

function byEnvironment(backlog: readonly Backlog[]): Reading[] {
  const sums = new Map<string, number>();
  for (const { env, events } of backlog) {
    const name = sums.has(env) || sums.size < MOST_NAMES ? env : OTHERS;
    sums.set(name, (sums.get(name) ?? 0) + events);
  }
  return [...sums].map(([env, value]) => ({ labels: { env }, value }));
}

function ofService({ env, serviceKey, oldestAgeMs }: Backlog): Reading {
  return { labels: { env, service_key: serviceKey }, value: oldestAgeMs / 1_000 };
}
