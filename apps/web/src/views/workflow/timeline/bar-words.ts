/** What a bar of the timeline means, in words: for the line below it, and for who does not see it. Pure. */
import { formatDuration } from '../../../time/format.ts';
import type { Bar, Row } from './rows.ts';

export function barName({ kind, attempt, outcome, inferred }: Bar): string {
  const doubt = inferred ? ', concluded, not reported' : '';
  switch (kind) {
    case 'step':
      return `the step, ${outcome ?? 'state not known'}${doubt}`;
    case 'attempt':
      return `attempt ${attempt ?? '?'}: ${outcome ?? 'not known'}${doubt}`;
    case 'retry_wait':
      return attempt === null ? 'waiting for the next attempt' : `waiting after attempt ${attempt}`;
    case 'sleep':
      return `sleep${outcome === null ? '' : outcome === 'superseded' ? ', woken early' : outcome === 'terminal' ? ', cut off by the end' : ', over'}`;
  }
}

/** @param openEnd what a missing end means here: it goes on, or it never arrived */
export function barSpan(bar: Bar, openEnd: { now: number } | null, instant: (time: number) => string): string {
  const from = bar.from === null ? 'start never arrived' : instant(bar.from);
  const to = bar.to !== null ? instant(bar.to) : openEnd === null ? 'end not known' : 'now';
  const end = bar.to ?? openEnd?.now ?? null;
  const length = bar.from === null || end === null ? '' : ` (${formatDuration(Math.max(0, end - bar.from))})`;
  return `${from} – ${to}${length}`;
}

/** The whole row, for who reads it instead of seeing it. */
export function rowWords(row: Row, openEnd: { now: number } | null, instant: (time: number) => string): string {
  const attempts = row.bars.filter(({ kind }) => kind === 'attempt');
  const shown = attempts.length > 0 ? attempts.slice(0, 12) : row.bars.slice(0, 1);
  const rest = attempts.length - shown.length;
  return [
    ...shown.map((bar) => `${barName(bar)}, ${barSpan(bar, openEnd, instant)}`),
    ...(rest > 0 ? [`and ${rest} more attempts`] : []),
  ].join('; ');
}
