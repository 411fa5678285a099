/** What is pointed at, exactly: one line below the drawing, where it hides nothing. */
import { formatDuration } from '../../../time/format.ts';
import { barName, barSpan, rowWords } from './bar-words.ts';
import type { Bar, Row } from './rows.ts';
import css from './timeline.module.css';

export interface Pointed {
  row: Row;
  /** null: the row as a whole, by the keyboard. */
  bar: Bar | null;
}

interface Props {
  pointed: Pointed | null;
  now: number | null;
  start: number;
  instant: (time: number) => string;
}

export function Readout({ pointed, now, start, instant }: Props) {
  const openEnd = now === null ? null : { now };
  return (
    <p className={css.readout}>
      {pointed === null ? (
        <span className="faint">Point at a bar, or go through the rows with j and k, for its exact times.</span>
      ) : (
        <>
          <strong className="mono">{pointed.row.label}</strong>{' '}
          {pointed.bar === null ? (
            rowWords(pointed.row, openEnd, instant)
          ) : (
            <>
              {barName(pointed.bar)} · {barSpan(pointed.bar, openEnd, instant)}
              {pointed.bar.from !== null && (
                <span className="faint"> · {formatDuration(pointed.bar.from - start)} after the start</span>
              )}
            </>
          )}
        </>
      )}
    </p>
  );
}
