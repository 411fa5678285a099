/** Entries of the quarantine as people read them at a terminal. */
import type { QuarantineAction, QuarantineEntry, QuarantineSummary } from '@wm/store';
import { inLine, printable } from '../printable.ts';

/** One line. */
export function summaryLine(row: QuarantineSummary): string {
  const parts = [
    row.id,
    row.receivedAt.toISOString(),
    row.reason,
    `${row.env ?? '?'}/${row.serviceKey ?? '?'}`,
    row.eventId ?? '?',
    ...(row.state === 'open' ? [] : [row.state]),
    ...(row.rawCut ? ['text cut'] : []),
    row.detail,
  ];
  return parts.map(inLine).join('  ');
}

/** Everything about one entry, its text last. */
export function entryText(entry: QuarantineEntry, actions: readonly QuarantineAction[]): string {
  const lines: [string, string][] = [
    ['id', entry.id],
    ['state', entry.state],
    ['reason', `${entry.reason}: ${entry.detail}`],
    ['event id', entry.eventId ?? 'unreadable'],
    ['place', `${entry.env ?? '?'}/${entry.serviceKey ?? '?'}`],
    ['received', `${entry.receivedAt.toISOString()} with ${entry.keyId === null ? 'no key' : `key ${entry.keyId}`}`],
    ['text', `${entry.rawBytes} bytes${entry.rawCut ? ', only its beginning' : ''}`],
    ...actions.map((action): [string, string] => ['done', actionText(action)]),
  ];
  const head = lines.map(([name, value]) => `${`${name}:`.padEnd(10)}${inLine(value)}\n`).join('');
  return `${head}\n${printable(entry.raw)}\n`;
}

function actionText({ action, outcome, detail, eventId, mended, actor, actedAt }: QuarantineAction): string {
  const what = action === 'discard' ? 'discarded' : `redriven${mended ? ' mended' : ''}: ${outcome}`;
  const event = eventId === null ? '' : ` as event ${eventId}`;
  return `${actedAt.toISOString()} ${what}${event} by ${actor}${detail === null ? '' : ` (${detail})`}`;
}
