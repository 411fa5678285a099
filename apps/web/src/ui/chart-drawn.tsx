/** Draws a chart with uPlot, in the colours of the theme. */
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useZone } from '../time/zone.tsx';
import { formatInstant, type Zone } from '../time/format.ts';
import type { ChartProps, Series, Tone } from './chart.tsx';
import css from './chart.module.css';

const VARIABLES: Record<Tone, string> = {
  running: '--running',
  completed: '--completed',
  failed: '--failed',
  paused: '--paused',
  quiet: '--quiet',
  accent: '--accent',
  production: '--env-production',
  staging: '--env-staging',
  development: '--env-development',
  'other-1': '--env-other-1',
  'other-2': '--env-other-2',
};

export default function ChartDrawn(props: ChartProps & { height: number }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const { zone } = useZone();
  const [theme, setTheme] = useState(0);
  const { series, height, label } = props;
  // Made anew where the chart is another one; new figures of the same one are only put in.
  const shape = JSON.stringify([
    series.map(({ name, tone, as, dashed }) => [name, tone, as, dashed]),
    height,
    label,
    props.barWidth,
  ]);
  const newest = useRef(props);
  useEffect(() => {
    newest.current = props;
    plot.current?.setData(dataOf(props));
  });
  useEffect(() => {
    const again = (): void => setTheme((count) => count + 1);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    document.addEventListener('wm:theme', again);
    dark.addEventListener('change', again);
    return () => {
      document.removeEventListener('wm:theme', again);
      dark.removeEventListener('change', again);
    };
  }, []);
  useEffect(() => {
    const element = host.current!;
    const made = new uPlot(optionsOf(element, newest, zone), dataOf(newest.current), element);
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: newest.current.height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, zone, theme]);
  return <div ref={host} className={css.plot} style={{ minHeight: height }} />;
}

/** Bars that stand on each other are drawn from the sum downwards, each over the one before. */
function dataOf({ x, series, formatX }: ChartProps): uPlot.AlignedData {
  const times = formatX === undefined ? x.map((at) => at / 1_000) : [...x];
  return [
    times,
    ...series.map((each, index) => (each.as === 'bars' ? sumFrom(series, index) : [...each.values])),
  ] as uPlot.AlignedData;
}

function sumFrom(series: readonly Series[], index: number): (number | null)[] {
  const below = series.slice(index).filter(({ as }) => as === 'bars');
  return below[0]!.values.map((_, at) => below.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
}

function optionsOf(
  element: HTMLElement,
  newest: { current: ChartProps & { height: number } },
  zone: Zone,
): uPlot.Options {
  const { series, height, formatX, onBrush, together } = newest.current;
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name);
  const resolved = (tone: Tone): string => resolveColour(element, VARIABLES[tone]);
  const axis = {
    stroke: resolveColour(element, '--text-faint'),
    font: `11px ${colour('--sans')}`,
    grid: { stroke: resolveColour(element, '--line'), width: 1 },
    ticks: { show: false },
  };
  const lastBar = (newest.current.barWidth ?? 0) / (formatX === undefined ? 1_000 : 1);
  const text = (value: number | null): string => (value === null ? '–' : newest.current.format(value));
  return {
    width: element.clientWidth,
    height,
    ...(formatX === undefined &&
      zone === 'utc' && { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), 'UTC') }),
    scales: {
      // A bar stands to the right of its x: the last one needs room, too.
      x: { time: formatX === undefined, range: (_plot, min, max) => [min, max + lastBar] },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    cursor: {
      points: { show: false },
      drag: { x: onBrush !== undefined, y: false, setScale: false },
      ...(together !== undefined && { sync: { key: together } }),
    },
    hooks: { setSelect: [(plot: uPlot) => brushed(plot, newest.current.onBrush)] },
    legend: { live: true },
    axes: [
      {
        ...axis,
        size: 24,
        values: (_plot: uPlot, ticks: number[]) =>
          formatX === undefined ? timeTicks(ticks, zone) : ticks.map((tick) => newest.current.formatX!(tick)),
      },
      {
        ...axis,
        size: 62,
        incrs: () => (isWhole(newest.current.series) ? WHOLE : ANY),
        values: (_plot, ticks) => ticks.map((tick) => newest.current.format(tick)),
      },
    ],
    series: [
      formatX === undefined
        ? { label: 'from', value: (_plot, value: number | null) => shownTime(value, zone) }
        : {
            label: '',
            value: (_plot, value: number | null) => (value === null ? '–' : newest.current.formatX!(value)),
          },
      ...series.map((each, index) => ({
        label: each.name,
        stroke: resolved(each.tone),
        width: each.as === 'line' ? 1.75 : 0,
        ...(each.as === 'line' && { points: { size: 4, fill: resolved(each.tone) } }),
        ...(each.dashed === true && { dash: [5, 4] }),
        ...(each.as === 'bars' && {
          fill: resolved(each.tone),
          paths: uPlot.paths.bars!({ size: [0.86, 40], align: 1 }),
          points: { show: false },
        }),
        // Its own value, not the sum it is drawn to.
        value: (_plot: uPlot, _value: number | null, _series: number, at: number | null) =>
          text(at === null ? null : (newest.current.series[index]?.values[at] ?? null)),
      })),
    ],
  };
}

/** Hours and minutes; the day where it begins, and where ticks are days. */
function timeTicks(ticks: readonly number[], zone: Zone): string[] {
  const step = (ticks[1] ?? Infinity) - (ticks[0] ?? 0);
  return ticks.map((tick) => {
    const text = formatInstant(new Date(tick * 1_000), zone, { ms: false });
    const [day, time] = [text.slice(5, 10), text.slice(11, 16)];
    return step >= 86_400 || time === '00:00' ? day : time;
  });
}

function shownTime(seconds: number | null, zone: Zone): string {
  if (seconds === null) return '–';
  const at = formatInstant(new Date(seconds * 1_000), zone, { ms: false });
  return zone === 'utc' ? `${at.slice(0, 16)} UTC` : at.slice(0, 16);
}

/** Steps between ticks: 1, 2 and 5 of each power of ten. */
const ANY = Array.from({ length: 24 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** (power - 8))).flat();
/** Where nothing is but counts, no tick stands between two of them. */
const WHOLE = ANY.filter((step) => step >= 1);

function isWhole(series: readonly Series[]): boolean {
  return series.every(({ values }) => values.every((value) => value === null || Number.isInteger(value)));
}

function brushed(plot: uPlot, onBrush: ChartProps['onBrush']): void {
  const { left, width } = plot.select;
  if (width < 4 || onBrush === undefined) return;
  const since = plot.posToVal(left, 'x') * 1_000;
  const until = plot.posToVal(left + width, 'x') * 1_000;
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  onBrush(since, until);
}

/** A canvas knows neither variables nor light-dark(): the browser says what they come to here. */
function resolveColour(element: HTMLElement, variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
