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
  const folds = foldsIn(scale, view);
  // A time is written only where a fold leaves room for it.
  const room = (view.length * ROOM_PX * 0.8) / width;
  const blocked = (place: number): boolean => folds.some(({ at }) => at > place && at - place < room);
  return (
    <div className={css.axis} aria-hidden="true">
      <Folds scale={scale} view={view} width={width} />
      {written(ticks, step, zone).map(({ time, place, text }) => (
        <span key={time} className={css.tick} style={{ left: percent(place) }}>
          {blocked(place) ? '' : text}
        </span>
      ))}
    </div>
  );
}

/** Folds narrower than this are not drawn, and no more than so many. */
const FOLD_PX = 3;
const MOST_FOLDS = 120;

/** Waits that are folded, with how long they were: where time leaps. */
export function Folds({ scale, view, width }: { scale: Scale; view: View; width: number }) {
  const px = width / view.length;
  return foldsIn(scale, view)
    .filter(({ length }) => length * px > FOLD_PX)
    .slice(0, MOST_FOLDS)
    .map(({ at, length, from, to }) => (
      <span
        key={at}
        className={css.fold}
        style={{ left: `${((at - view.from) / view.length) * 100}%`, width: `${(length / view.length) * 100}%` }}
        title={`${formatDuration(to - from)} of waiting, folded`}
      >
        {length * px > 40 && formatDuration(to - from)}
      </span>
    ));
}

function foldsIn({ pieces }: Scale, view: View): Scale['pieces'] {
  return pieces.filter(({ folded, at, length }) => folded && at + length > view.from && at < view.from + view.length);
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
