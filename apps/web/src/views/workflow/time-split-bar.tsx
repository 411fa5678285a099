/** Where the time of a run went: at work, asleep, waiting for a retry. How late its events came is another matter. */
import { useNow } from '../../time/clock.ts';
import { formatDuration } from '../../time/format.ts';
import { Duration } from '../../ui/time.tsx';
import type { Detail } from './run-detail.ts';
import { shareText, timeShares } from './time-shares.ts';
import css from './run-head.module.css';

const PARTS = [
  { name: 'active', style: css.active },
  { name: 'sleeping', style: css.sleeping },
  { name: 'retryWait', style: css.retryWait },
] as const;

const NAMES = { active: 'active', sleeping: 'sleeping', retryWait: 'waiting for a retry' };

export function TimeSplitBar({ detail: { time, workflow, asOf } }: { detail: Detail }) {
  const now = useNow();
  const shares = timeShares(time, workflow, now - Date.parse(asOf));
  const parts = PARTS.map(({ name, style }) => ({ name, style, ms: shares[name] ?? 0 })).filter(({ ms }) => ms > 0);
  const whole = parts.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <div className={css.time}>
      {whole > 0 && (
        <div className={css.bar} aria-hidden="true">
          {parts.map(({ name, style, ms }) => (
            <span key={name} className={style} style={{ flexGrow: ms / whole }} />
          ))}
        </div>
      )}
      <ul className={css.legend}>
        {!time.final && shares.total !== null && (
          <li>
            <strong>
              <Duration ms={Math.floor(shares.total / 1_000) * 1_000} />
            </strong>{' '}
            so far
          </li>
        )}
        {shares.active === null && <li>active: not known, the start never arrived</li>}
        {parts.map(({ name, style, ms }) => (
          <li key={name}>
            <span className={`${css.swatch} ${style}`} aria-hidden="true" />
            {NAMES[name]} <Duration ms={ms} /> <span className="faint">{shareText(ms, whole)}</span>
          </li>
        ))}
        <Delay {...time.telemetryDelay} />
      </ul>
    </div>
  );
}

function Delay({ medianMs, maxMs }: Detail['time']['telemetryDelay']) {
  if (medianMs === null || maxMs === null) return null;
  return (
    <li
      className="faint"
      title="How long after its time, by the client's clock, each event arrived here. It is no part of the run."
    >
      {medianMs < 0
        ? `Its clock is ahead of ours: events arrived ${formatDuration(-medianMs)} before their time.`
        : `Not in it: events arrived ${formatDuration(medianMs)} after their time, ${formatDuration(maxMs)} at most.`}
    </li>
  );
}
