import { describedMachine } from '../machine.ts';
import type { Machine } from '../machine.ts';
import type { Spread } from '../measurement.ts';
import { textTable } from '../text-table.ts';
import type { Asked } from './ask.ts';
import type { DocumentTime } from './document-queries.ts';
import type { Grown } from './growth.ts';
import type { PagingFigures } from './page-while-written.ts';

/** By the number of workflows stored. */
type BySize<T> = Readonly<Record<string, T>>;

export interface QueryFigures {
  readonly name: string;
  readonly boundMs: number;
  readonly p50Ms: BySize<number>;
  readonly p95Ms: BySize<number>;
  /** Processor time of api and PostgreSQL for an answer. */
  readonly processorMs: BySize<number>;
  /** The same, of each third of the answers by itself. */
  readonly processorSpreadMs: BySize<Spread>;
  /** Of the answer as it went over the wire. */
  readonly bytes: BySize<number>;
  /** false: the search was stopped before the page was full, and said so. */
  readonly complete: BySize<boolean>;
}

export interface ReadReport {
  readonly machine: Machine;
  /** Workflows stored, rising. */
  readonly sizes: readonly number[];
  /** Over which the workflows of each store began. */
  readonly days: BySize<number>;
  /** Answers measured of each query on each store. */
  readonly repeats: number;
  readonly queries: readonly QueryFigures[];
  /** Queries that take more than they may at the largest store, beside the smallest. */
  readonly grown: readonly Grown[];
  readonly document: readonly {
    readonly name: string;
    /** The named query that answers the same question. */
    readonly beside: string;
    readonly p95Ms: BySize<number | null>;
    readonly problem: string | null;
  }[];
  /** Growing tables that a query walked through, by query; null: plans were not looked at. */
  readonly walked:
    | readonly { readonly name: string; readonly size: number; readonly tables: readonly string[] }[]
    | null;
  /** null: not done. */
  readonly paging: readonly PagingFigures[] | null;
}

export function queryFigures(
  { name, boundMs }: { name: string; boundMs: number },
  asked: readonly (readonly [size: number, Asked])[],
): QueryFigures {
  const bySize = <T>(of: (figures: Asked) => T): BySize<T> =>
    Object.fromEntries(asked.map(([size, figures]) => [String(size), of(figures)]));
  return {
    name,
    boundMs,
    p50Ms: bySize(({ p50Ms }) => round(p50Ms)),
    p95Ms: bySize(({ p95Ms }) => round(p95Ms)),
    processorMs: bySize(({ processorMs }) => round(processorMs)),
    processorSpreadMs: bySize(({ processorSpread: { median, least, most } }) => ({
      median: round(median),
      least: round(least),
      most: round(most),
    })),
    bytes: bySize(({ bytes }) => bytes),
    complete: bySize(({ complete }) => complete),
  };
}

export function documentFigures(
  { name, beside }: { name: string; beside: string },
  times: readonly (readonly [size: number, DocumentTime])[],
): ReadReport['document'][number] {
  return {
    name,
    beside,
    p95Ms: Object.fromEntries(times.map(([size, { p95Ms }]) => [String(size), p95Ms === null ? null : round(p95Ms)])),
    problem: times.find(([, { problem }]) => problem !== null)?.[1].problem ?? null,
  };
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

/** What is wrong with the figures of a query by themselves; empty: nothing. */
export function misses({ boundMs, p95Ms, complete }: QueryFigures, sizes: readonly number[]): string[] {
  return [
    ...(p95Ms[String(sizes.at(-1))]! > boundMs ? [`over ${boundMs} ms`] : []),
    ...(Object.values(complete).includes(false) ? ['part of a page'] : []),
  ];
}

/** Whether something was wrong that is no matter of time: a table walked through, a row shown twice or not at all. */
export function isBroken({ walked, paging }: ReadReport): boolean {
  return (walked ?? []).length > 0 || (paging ?? []).some(({ twice, missed }) => twice > 0 || missed > 0);
}

export function reportText(report: ReadReport): string {
  const { sizes, days, queries, repeats } = report;
  const rows = queries.map((figures) => [
    figures.name,
    String(figures.boundMs),
    ...sizes.flatMap((size) =>
      [figures.p50Ms, figures.p95Ms, figures.processorMs].map((of) => of[String(size)]!.toFixed(1)),
    ),
    `  ${misses(figures, sizes).join(', ')}`,
  ]);
  return `${[
    describedMachine(report.machine),
    `Stores: ${sizes.map((size) => `${short(size)} workflows that began over ${days[String(size)]} days`).join(', ')}`,
    `Milliseconds from the question to the whole answer over HTTP, warm, ${repeats} answers each; cpu: what api and PostgreSQL computed for it`,
    '',
    textTable(
      [
        ['', 'bound', ...sizes.flatMap((size) => [`p50 ${short(size)}`, `p95 ${short(size)}`, `cpu ${short(size)}`])],
        ...rows,
      ],
      COLUMNS,
    ),
    ...growthLines(report),
    ...documentLines(report),
    ...planLines(report),
    ...pagingLines(report),
  ].join('\n')}\n`;
}

const COLUMNS = { firstColumn: 46, column: 10 };

function growthLines({ queries, grown, sizes }: ReadReport): string[] {
  if (sizes.length < 2 || queries.length === 0) return [];
  const [smallest, largest] = [sizes[0]!, sizes.at(-1)!];
  const lines = (by: string, told: readonly Grown[]): string[] => [
    ...(told.length === 0 ? [] : [`  by ${by}:`]),
    ...told.map(({ name }) => {
      const { p95Ms, processorMs } = queries.find((query) => query.name === name)!;
      const change = (of: BySize<number>): string =>
        [smallest, largest].map((size) => of[String(size)]!.toFixed(1)).join(' → ');
      return `    ${name}: p95 ${change(p95Ms)}, cpu ${change(processorMs)} ms`;
    }),
  ];
  const only = (what: Grown['by'][number]): Grown[] => grown.filter(({ by }) => by.length === 1 && by[0] === what);
  return [
    '',
    `At ${short(largest)} more than twice the figure at ${short(smallest)}, and more than 5 ms:${grown.length === 0 ? ' none.' : ''}`,
    ...lines(
      'p95 and by processor time beyond its noise',
      grown.filter(({ by }) => by.length > 1),
    ),
    ...lines('p95 alone, which other work on the machine moves too', only('p95')),
    ...lines('processor time alone', only('processor')),
  ];
}

function documentLines({ document, queries, sizes }: ReadReport): string[] {
  if (document.length === 0) return [];
  const cells = (p95Ms: BySize<number | null> | undefined): string[] =>
    sizes.map((size) => p95Ms?.[String(size)]?.toFixed(1) ?? '–');
  const rows = document.map(({ name, beside, p95Ms, problem }) => [
    name,
    ...cells(p95Ms),
    ...cells(queries.find((query) => query.name === beside)?.p95Ms),
    `  ${beside}${problem === null ? '' : ` (${problem})`}`,
  ]);
  const head = ['', ...sizes.map(short), ...sizes.map((size) => `ours ${short(size)}`)];
  return ['', "The document's queries on the same tables, p95, without HTTP:", textTable([head, ...rows], COLUMNS)];
}

function planLines({ walked }: ReadReport): string[] {
  if (walked === null) return [];
  if (walked.length === 0) return ['', 'No query walks through a growing table.'];
  return [
    '',
    'Walked through from end to end:',
    ...walked.map(({ name, size, tables }) => `  ${name} at ${size}: ${tables.join(', ')}`),
  ];
}

function pagingLines({ paging }: ReadReport): string[] {
  return (paging ?? []).map(
    ({ order, rows, pages, seconds, written, twice, missed }) =>
      `${order}: ${rows} rows on ${pages} pages in ${seconds.toFixed(1)} s while ${written} events were written; ${twice} shown twice, ${missed} missed`,
  );
}

function short(size: number): string {
  return size % 1_000_000 === 0 ? `${size / 1_000_000}M` : size % 1_000 === 0 ? `${size / 1_000}k` : String(size);
}
