import { PlainError } from './plain-error.ts';

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** Ten years: what is meant to last for longer, nobody rotates. */
const MOST_MS = 3_650 * UNITS_MS.d;

/**
 * A time such as 30m, 24h or 90d, in milliseconds.
 *
 * @param consequence what the refusal means, in words
 * @throws PlainError
 */
export function durationMs(text: string, option: string, consequence: string): number {
  const [, number, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = Number(number) * UNITS_MS[unit as keyof typeof UNITS_MS];
  if (ms <= MOST_MS) return ms;
  throw new PlainError(
    `${option} takes a time such as 30m, 24h or 90d, up to 3650d; "${text}" is none. ${consequence}`,
  );
}
