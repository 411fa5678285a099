/** The wake-ups of the coming hours in bars of equal width. Pure. */
const MINUTE = 60_000;

export interface DueMinute {
  at: string;
  resumes: number;
  retries: number;
}

export interface Buckets {
  widthMs: number;
  /** Beginnings, ms; every bar is there, also where nothing is due. */
  at: number[];
  resumes: number[];
  retries: number[];
}

/** Minutes of a bar for so many hours: about sixty bars. */
const WIDTHS = [1, 3, 5, 15, 30, 60];

/** @param from ms; what is due already stands in the first bar */
export function bucketsOf(minutes: readonly DueMinute[], from: number, hours: number): Buckets {
  const minutesWide = WIDTHS.find((width) => (hours * 60) / width <= 64) ?? 60;
  const widthMs = minutesWide * MINUTE;
  const start = Math.floor(from / widthMs) * widthMs;
  const count = Math.ceil((from + hours * 60 * MINUTE - start) / widthMs);
  const at = Array.from({ length: count }, (_, index) => start + index * widthMs);
  const resumes = at.map(() => 0);
  const retries = at.map(() => 0);
  for (const minute of minutes) {
    const index = Math.min(count - 1, Math.max(0, Math.floor((Date.parse(minute.at) - start) / widthMs)));
    resumes[index] = (resumes[index] ?? 0) + minute.resumes;
    retries[index] = (retries[index] ?? 0) + minute.retries;
  }
  return { widthMs, at, resumes, retries };
}
