/** Times and durations: the feeling of it in sight, the exact figure on hover. */
import { useNow } from '../time/clock.ts';
import { exactDuration, formatAgo, formatDuration, formatInstant } from '../time/format.ts';
import { useZone } from '../time/zone.tsx';

/** 3 min ago, moving; whole on hover. */
export function Ago({ at, none = '–' }: { at: string | null; none?: string }) {
  const now = useNow(5_000);
  const { zone } = useZone();
  if (at === null) return <span className="faint">{none}</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={formatInstant(date, zone)} className="nowrap">
      {formatAgo(now - date.getTime())}
    </time>
  );
}

/** 2026-03-09 14:03:21.123 UTC */
export function Instant({
  at,
  none = '–',
  date,
  ms,
}: {
  at: string | null;
  none?: string;
  date?: boolean;
  ms?: boolean;
}) {
  const { zone } = useZone();
  if (at === null) return <span className="faint">{none}</span>;
  return (
    <time dateTime={at} title={at} className="nowrap number">
      {formatInstant(new Date(at), zone, { ...(date !== undefined && { date }), ...(ms !== undefined && { ms }) })}
    </time>
  );
}

/** @param ms null: not known */
export function Duration({ ms, none = '–' }: { ms: number | null; none?: string }) {
  if (ms === null) return <span className="faint">{none}</span>;
  return (
    <span className="number" title={exactDuration(ms)}>
      {formatDuration(ms)}
    </span>
  );
}

/** 4 m 10 s left, or how long ago that was. */
export function Countdown({ to }: { to: string }) {
  const now = useNow();
  const { zone } = useZone();
  const left = Math.ceil((Date.parse(to) - now) / 1_000) * 1_000;
  return (
    <time dateTime={to} title={formatInstant(new Date(to), zone)} className="number">
      {left > 0 ? `in ${formatDuration(left)}` : `${formatDuration(-left)} ago`}
    </time>
  );
}

/** How long it goes on, moving. */
export function Since({ at }: { at: string }) {
  const now = useNow();
  return <Duration ms={Math.max(0, Math.floor((now - Date.parse(at)) / 1_000) * 1_000)} />;
}
