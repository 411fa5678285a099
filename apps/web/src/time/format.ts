/** Numbers and times as people read them. Pure. */

const MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** 420 ms, 3.2 s, 48 s, 4 m 10 s, 1 h 04 m, 3 d 2 h: two units at most. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms < MS.s) return `${Math.round(ms)} ms`;
  if (ms < 10 * MS.s) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MS.m) return `${Math.floor(ms / MS.s)} s`;
  if (ms < MS.h) return twoUnits(ms, MS.m, 'm', MS.s, 's');
  if (ms < MS.d) return twoUnits(ms, MS.h, 'h', MS.m, 'm');
  return twoUnits(ms, MS.d, 'd', MS.h, 'h');
}

function twoUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  const first = `${Math.floor(ms / large)} ${largeName}`;
  return rest === 0 ? first : `${first} ${String(rest).padStart(2, '0')} ${smallName}`;
}

/** Every millisecond of it, for who must know. */
export function exactDuration(ms: number): string {
  return `${formatCount(Math.round(ms))} ms`;
}

/** 3 min ago, in 2 h; one unit, the feeling of it. */
export function formatAgo(ms: number): string {
  const size = Math.abs(ms);
  if (size < 5 * MS.s) return 'now';
  const text =
    size < MS.m
      ? `${Math.floor(size / MS.s)} s`
      : size < MS.h
        ? `${Math.floor(size / MS.m)} min`
        : size < 2 * MS.d
          ? `${Math.floor(size / MS.h)} h`
          : `${Math.floor(size / MS.d)} d`;
  return ms < 0 ? `in ${text}` : `${text} ago`;
}

/** 1,234,567 */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** 950, 12.3k, 1.2M: where room is short. */
export function formatShortCount(count: number): string {
  if (count < 10_000) return formatCount(count);
  if (count < 1_000_000) return `${shorter(count / 1_000)}k`;
  return `${shorter(count / 1_000_000)}M`;
}

function shorter(count: number): string {
  return count < 100 ? (Math.floor(count * 10) / 10).toFixed(1) : String(Math.floor(count));
}

/** 98.2 %; never rounded up to 100 while one of them failed, nor down to 0 while one did not. */
export function formatRate(rate: number): string {
  if (rate === 1 || rate === 0) return `${rate * 100} %`;
  return `${Math.min(99.99, Math.max(0.01, rate * 100)).toFixed(rate > 0.99 || rate < 0.01 ? 2 : 1)} %`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

export type Zone = 'utc' | 'local';

/** 2026-03-09 14:03:21.123, in the zone the reader chose; with `UTC` behind it there. */
export function formatInstant(at: Date, zone: Zone, parts: { date?: boolean; ms?: boolean } = {}): string {
  const { date = true, ms = true } = parts;
  const shown = zone === 'utc' ? at : new Date(at.getTime() - at.getTimezoneOffset() * MS.m);
  const iso = shown.toISOString();
  const day = iso.slice(0, 10);
  const time = iso.slice(11, ms ? 23 : 19);
  return `${date ? `${day} ` : ''}${time}${zone === 'utc' ? ' UTC' : ''}`;
}
