import { describedMachine } from '../machine.ts';
import { textTable } from '../text-table.ts';
import type { Spread } from '../measurement.ts';
import type { E2eReport, PipelineSummary } from './e2e-report.ts';

/** The report as tables for people. */
export function e2eText(report: E2eReport): string {
  const { options, loop, floor, redis, postgres } = report;
  const pipelines: [string, PipelineSummary][] = [['PostgreSQL', postgres]];
  if (redis !== null) pipelines.unshift(['Redis', redis]);
  const rates = [
    ["the document's loop", ...cells(loop.eventsPerSecond, 0)],
    ...pipelines.map(([name, { eventsPerSecond }]) => [`pipeline, queue in ${name}`, ...cells(eventsPerSecond, 0)]),
    ['floor: COPY, 100 events a transaction', ...cells(floor.eventsPerSecond, 0)],
    ['  all in one transaction', ...cells(report.floorOneConnection.eventsPerSecond, 0)],
    ['  log and projection side by side', ...cells(report.floorFastest.eventsPerSecond, 0)],
  ];
  return `${[
    `${options.events} events, ${options.repeats} rounds, ${options.workers} worker process(es)`,
    describedMachine(report.machine),
    '',
    textTable([['events/s', 'median', 'least', 'most'], ...rates]),
    ...pipelines.flatMap(([name, summary]) => ['', textTable(pipelineRows(name, summary))]),
    '',
    textTable(processorRows(report, pipelines)),
    '',
    ...pipelines.map(
      ([name, { ratioToLoop, ratioToFloor }]) =>
        `Queue in ${name}: ${ratioToLoop.toFixed(1)} times the document's loop, ${(ratioToFloor * 100).toFixed(0)} % of the floor.`,
    ),
    ...(redis === null ? ['There is no redis-server on the PATH: the pipeline with Redis was not measured.'] : []),
  ].join('\n')}\n`;
}

function pipelineRows(name: string, summary: PipelineSummary): string[][] {
  const { halfRate } = summary;
  return [
    [`queue in ${name}`, 'median', 'least', 'most'],
    ["times the document's loop", ...cells(summary.ratioToLoopSpread, 2)],
    ['share of the floor', ...cells(summary.ratioToFloorSpread, 3)],
    ['  all in one transaction', ...cells(summary.ratioToFloorOneConnection, 3)],
    ['  log and projection side by side', ...cells(summary.ratioToFloorFastest, 3)],
    ['last answer to projection, ms', ...cells(summary.lagMs, 0)],
    ['answer p50, ms', ...cells(summary.ackMs.p50, 1)],
    ['answer p99, ms', ...cells(summary.ackMs.p99, 1)],
    ['at half of that rate: events/s', ...cells(halfRate.eventsPerSecond, 0)],
    ['  answer p50, ms', ...cells(halfRate.ackMs.p50, 1)],
    ['  answer p99, ms', ...cells(halfRate.ackMs.p99, 1)],
    ['  accepted to readable p50, ms', ...cells(halfRate.freshnessMs.p50, 0)],
    ['  accepted to readable p99, ms', ...cells(halfRate.freshnessMs.p99, 0)],
  ];
}

/** Who uses the processors, at the full rate. */
function processorRows({ loop, floor }: E2eReport, pipelines: readonly [string, PipelineSummary][]): string[][] {
  const stages = ['client', 'ingest', 'worker', 'redis', 'postgres'];
  const row = (name: string, micros: Readonly<Record<string, Spread>>): string[] => {
    const medians = stages.map((stage) => micros[stage]?.median ?? 0);
    const sum = medians.reduce((total, value) => total + value, 0);
    return [name, ...[...medians, sum].map((value) => value.toFixed(1))];
  };
  return [
    ['processor, µs per event', ...stages, 'sum'],
    row("the document's loop", loop.processorMicros),
    ...pipelines.map(([name, { processorMicros }]) => row(`pipeline, queue in ${name}`, processorMicros)),
    row('floor', floor.processorMicros),
  ];
}

function cells({ median, least, most }: Spread, digits: number): string[] {
  return [median, least, most].map((value) => value.toFixed(digits));
}
