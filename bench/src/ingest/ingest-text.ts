import { describedMachine } from '../machine.ts';
import { textTable } from '../text-table.ts';
import type { IngestReport, LatencySpread, ShapeSummary } from './ingest-report.ts';

const SHAPE_NAMES = { real: 'requests of 2 to 20 events, some of 100', hundred: 'requests of 100 events' };

/** The report as tables for people. */
export function ingestText(report: IngestReport): string {
  const { options, shapes, withoutWorkers, copyPerSecond } = report;
  return `${[
    `${options.repeats} round(s), queue in ${options.backend}, ${options.workers} worker process(es), ${options.levelSeconds} s at each rate; medians`,
    describedMachine(report.machine),
    '',
    textTable([
      ['events/s', 'median', 'least', 'most'],
      ...Object.entries({
        "sustainable, the client's sizes": shapes.real.sustainablePerSecond,
        'sustainable, 100 each': shapes.hundred.sustainablePerSecond,
        'acknowledged without workers': withoutWorkers.eventsPerSecond,
        'COPY of the same raw rows': copyPerSecond,
      }).map(([name, { median, least, most }]) => [name, ...[median, least, most].map((value) => value.toFixed(0))]),
    ]),
    '',
    textTable([
      ['ms', 'p50', 'p99', 'p999'],
      ['one commit while idle', ...latencyCells(report.idleCommitMs)],
      ['answer without workers, at its most', ...latencyCells(withoutWorkers.ackMs)],
    ]),
    ...Object.entries(shapes).flatMap(([shape, summary]) => [
      '',
      SHAPE_NAMES[shape as keyof typeof shapes],
      shapeTable(summary),
    ]),
    '',
    ...Object.entries(shapes).map(([shape, summary]) => verdict(SHAPE_NAMES[shape as keyof typeof shapes], summary)),
  ].join('\n')}\n`;
}

function shapeTable({ levels }: ShapeSummary): string {
  const head = [
    'share of what is sustainable',
    'offered/s',
    'acked/s',
    'p50 ms',
    'p99',
    'p999',
    'bare p50',
    'p99',
    'p999',
    'commit',
    'p99',
  ];
  const rows = levels.map((level) => [
    `${level.share * 100} %`,
    level.offeredPerSecond.median.toFixed(0),
    level.acknowledgedPerSecond.median.toFixed(0),
    ...latencyCells(level.ackMs),
    ...latencyCells(level.bareMs),
    ...latencyCells(level.commitMs).slice(0, 2),
  ]);
  return textTable([head, ...rows]);
}

function verdict(name: string, { bound }: ShapeSummary): string {
  const { ackP99Ms, strictMs, looseMs, holds } = bound;
  return (
    `${holds ? 'ok  ' : 'FAIL'}  ${name}: at half of the sustainable rate answer p99 ${ackP99Ms.toFixed(1)} ms, ` +
    `bound ${strictMs.toFixed(1)} ms (5 × bare + one commit under this load; 5 × their sum: ${looseMs.toFixed(1)} ms).`
  );
}

function latencyCells({ p50, p99, p999 }: LatencySpread): string[] {
  return [p50, p99, p999].map(({ median }) => median.toFixed(1));
}
