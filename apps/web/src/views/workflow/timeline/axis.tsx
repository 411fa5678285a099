/** The times that are in sight, in the zone the reader chose, and where waits are folded. */
import { formatDuration, formatInstant, type Zone } from '../../../time/format.ts';
import { useZone } from '../../../time/zone.tsx';
import { ticksOf, type Scale, type Tick, type View } from './scale.ts';
import css from './timeline.module.css';

const ROOM_PX = 84;

export function Axis({ scale, view, width }: { scale: Scale; view: View; width: number }) {
  const { zone } = useZone();
  const offset = zone === 'utc' ? 0 : -new Date(scale.start).getTimezoneOffset() * 60_000;
  const { step, ticks } = ticksOf(scale, view, (view.length * ROOM_PX) / width, offset);
  const percent = (place: number): string => `${((place - view.from) / view.length) * 100}%`;
  const folds = scale.pieces.filter(
    ({ folded, at, length }) => folded && at + length > view.from && at < view.from + view.length,
  );
  return (
    <div className={css.axis} aria-hidden="true">
      {folds
        .filter(({ length }) => (length / view.length) * width > 3)
        .slice(0, 120)
        .map(({ at, length, from, to }) => (
          <span
            key={at}
            className={css.fold}
            style={{ left: percent(at), width: `${(length / view.length) * 100}%` }}
            title={`${formatDuration(to - from)} of waiting, folded`}
          >
            {(length / view.length) * width > 44 && formatDuration(to - from)}
          </span>
        ))}
      {written(ticks, step, zone).map(({ time, place, text }) => (
        <span key={time} className={css.tick} style={{ left: percent(place) }}>
          {text}
        </span>
      ))}
    </div>
  );
}

const DAY_MS = 86_400_000;

/** The day is written where it changes, or where days are all that is written. */
function written(ticks: readonly Tick[], step: number, zone: Zone): (Tick & { text: string })[] {
  const texts = ticks.map(({ time }) => tickText(time, step, zone));
  return ticks.map((tick, nth) => {
    const { day, time } = texts[nth]!;
    const before = texts[nth - 1]?.day;
    if (step >= DAY_MS) return { ...tick, text: day };
    return { ...tick, text: before !== undefined && before !== day ? `${day.slice(5)} ${time}` : time };
  });
}

/** As fine as the step between two of them, and no finer. */
function tickText(time: number, step: number, zone: Zone): { day: string; time: string } {
  const text = formatInstant(new Date(time), zone).replace(' UTC', '');
  const [day = '', clock = ''] = text.split(' ');
  return { day, time: step < 1_000 ? clock : clock.slice(0, step < 60_000 ? 8 : 5) };
}
