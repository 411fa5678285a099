import { durationMs } from './duration.ts';
import { PlainError } from './plain-error.ts';

/**
 * A time such as 2026-01-31T12:00:00Z or 2026-01-31 (midnight in UTC), or so long ago: 90m, 24h, 7d. Every command reads
 * times by this.
 *
 * @param option with its dashes, for the refusal
 * @param consequence what the refusal means, in words
 * @throws PlainError where it is none of them
 */
export function momentOf(text: string, option: string, consequence: string): Date {
  if (/^\d+[smhd]$/.test(text)) return new Date(Date.now() - durationMs(text, option, consequence));
  const at = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}(T|$)/.test(text) && !Number.isNaN(at.getTime())) return at;
  throw new PlainError(
    `${option} takes a time such as 2026-01-31T12:00:00Z, or how long ago: 90m, 24h, 7d; "${text}" is neither. ${consequence}`,
  );
}
