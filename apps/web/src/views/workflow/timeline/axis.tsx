/** The times that are in sight, in the zone the reader chose, and where waits are folded. */
import { formatDuration, formatInstant, type Zone } from '../../../time/format.ts';
import { useZone } from '../../../time/zone.tsx';
import { ticksOf, type Scale, type View } from './scale.ts';
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
  let day = '';
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
      {ticks.map(({ time, place }) => {
        const text = tickText(time, step, zone);
        const newDay = text.day !== day && (day !== '' || step >= 86_400_000);
        day = text.day;
        return (
          <span key={time} className={css.tick} style={{ left: percent(place) }}>
            {newDay ? text.day.slice(5) : ''} {step >= 86_400_000 ? '' : text.time}
          </span>
        );
      })}
    </div>
  );
}

/** As fine as the step between two of them, and no finer. */
function tickText(time: number, step: number, zone: Zone): { day: string; time: string } {
  const text = formatInstant(new Date(time), zone).replace(' UTC', '');
  const [day = '', clock = ''] = text.split(' ');
  return { day, time: step < 1_000 ? clock : clock.slice(0, step < 60_000 ? 8 : 5) };
}
