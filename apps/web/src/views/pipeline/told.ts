/** What became of rejected events, in words. Pure. */
import type { RedriveCounts, RedriveResult } from '@wm/client';
import { formatCount } from '../../time/format.ts';
import { REASONS } from './reasons.ts';

export type Redriven = Pick<RedriveCounts, 'stored' | 'duplicates' | 'rejected' | 'cut'> & {
  rejectedByReason: Record<string, number>;
};

export function addUp(sofar: Redriven, counts: RedriveCounts): Redriven {
  const rejectedByReason = { ...sofar.rejectedByReason };
  for (const [reason, count] of Object.entries(counts.rejectedByReason))
    rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + Number(count);
  return {
    stored: sofar.stored + counts.stored,
    duplicates: sofar.duplicates + counts.duplicates,
    rejected: sofar.rejected + counts.rejected,
    cut: sofar.cut + counts.cut,
    rejectedByReason,
  };
}

export function redrivenInWords({ stored, duplicates, rejected, cut, rejectedByReason }: Redriven): string {
  const parts = [
    stored > 0 && `${events(stored)} went through and ${stored === 1 ? 'is' : 'are'} stored now`,
    duplicates > 0 && `${events(duplicates)} ${duplicates === 1 ? 'was' : 'were'} stored before`,
    rejected > 0 &&
      `${events(rejected)} ${rejected === 1 ? 'was' : 'were'} rejected again (${reasonsOf(rejectedByReason)}) and ${rejected === 1 ? 'stays' : 'stay'} here`,
    cut > 0 &&
      `of ${events(cut)} only the beginning is kept: mend ${cut === 1 ? 'it' : 'them one by one'}, or discard ${cut === 1 ? 'it' : 'them'}`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return 'There was nothing left to redrive.';
  const text = parts.join('; ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

export function resultInWords(result: RedriveResult): string {
  switch (result.outcome) {
    case 'stored':
      return 'It went through and is stored now.';
    case 'duplicate':
      return 'It was stored before; nothing is missing.';
    case 'rejected':
      return `It was rejected again and stays here: ${result.detail} (${result.reason})`;
  }
}

function reasonsOf(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([reason, count]) => `${(REASONS[reason] ?? reason).toLowerCase()}: ${formatCount(count)}`)
    .join(', ');
}

function events(count: number): string {
  return count === 1 ? '1 event' : `${formatCount(count)} events`;
}
