/** A chart over time, or of a distribution, under the question it answers. Its library is loaded with the first one. */
import { lazy, Suspense, useId } from 'react';
import { Skeleton } from './notice.tsx';
import css from './chart.module.css';

export type Tone =
  | 'running'
  | 'completed'
  | 'failed'
  | 'paused'
  | 'quiet'
  | 'accent'
  | 'production'
  | 'staging'
  | 'development'
  | 'other-1'
  | 'other-2';

export interface Series {
  name: string;
  tone: Tone;
  /** One for each x; null: nothing is known there. */
  values: readonly (number | null)[];
  /** bars stand on each other in their order, lines do not. */
  as: 'bars' | 'line';
  /** Lines only: told apart without colour. */
  dashed?: boolean;
}

export interface ChartProps {
  /** What it shows, in words: for who cannot see it. */
  label: string;
  /** Of time: ms, in order. Else: the middle of each bucket, as text in `ticks`. */
  x: readonly number[];
  series: readonly Series[];
  /** Writes a value of y: in the axis, the legend and the table. */
  format: (value: number) => string;
  /** Writes a value of x where it is no time. */
  formatX?: (value: number) => string;
  /** Width of a bar, in units of x. Needed where there are bars. */
  barWidth?: number;
  height?: number;
  /** Told when a stretch of time was drawn over: ms. */
  onBrush?: (since: number, until: number) => void;
  /** Charts of one name share their cursor. */
  together?: string;
}

/** Begins to load what draws charts: a view that will have some calls it, before there is anything to draw. */
export const loadCharts = () => import('./chart-drawn.tsx');

const Drawn = lazy(loadCharts);

/** With its figures as a table behind it, for who cannot see it or wants to copy them. */
export function Chart(props: ChartProps) {
  const { label, x, series, format, height = 160 } = props;
  const id = useId();
  return (
    <figure className={css.figure} aria-labelledby={id}>
      <figcaption id={id} className="only-read">
        {label}
      </figcaption>
      <Suspense fallback={<Skeleton rows={1} height={height + 40} />}>
        <Drawn {...props} height={height} />
      </Suspense>
      <details className={css.table}>
        <summary>Show the figures</summary>
        <div className={css.scroll} tabIndex={0} role="region" aria-label={label}>
          <table>
            <thead>
              <tr>
                <th scope="col">{props.formatX === undefined ? 'From' : ''}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {x.map((at, index) => (
                <tr key={at}>
                  <th scope="row">{props.formatX === undefined ? new Date(at).toISOString() : props.formatX(at)}</th>
                  {series.map(({ name, values }) => (
                    <td key={name}>{shown(values[index], format)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

function shown(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value);
}
