/** The filters of the list, as people name them. Pure. */
import { formatDuration } from '../../time/format.ts';
import type { WorkflowsSearch } from './search.ts';

/** Filters that are a text or a number to type in. */
export const TYPED = [
  { key: 'search', name: 'Id', hint: 'Workflow, execution or event id, whole or its beginning' },
  { key: 'name', name: 'Workflow name', hint: 'The whole name' },
  { key: 'error', name: 'Error text', hint: 'A part of the message' },
  { key: 'errorStep', name: 'Failed in step', hint: 'The step that is to blame' },
  { key: 'step', name: 'Has step', hint: 'The whole name of a step' },
  { key: 'tag', name: 'Input', hint: 'Path and value, such as customer.region=eu' },
  { key: 'minDurationMs', name: 'Takes at least', hint: 'Such as 90s, 5m, 2h' },
  { key: 'maxDurationMs', name: 'Takes at most', hint: 'Such as 90s, 5m, 2h' },
] as const;

/** Filters that are on, turned round, or off. */
export const FLAGS = [
  { key: 'hasRetries', yes: 'With retries', no: 'Without retries' },
  { key: 'hasGaps', yes: 'With gaps', no: 'Without gaps' },
  { key: 'overdue', yes: 'Overdue', no: 'Not overdue' },
] as const;

type FilterKey =
  | (typeof TYPED)[number]['key']
  | (typeof FLAGS)[number]['key']
  | 'status'
  | 'errorGroup'
  | 'finishedSince'
  | 'finishedUntil';

export interface Chip {
  key: FilterKey;
  /** Of a filter with several values: which one. */
  value: string;
  words: string;
}

/** Each filter in force as a chip in words. */
export function chipsOf(search: WorkflowsSearch): Chip[] {
  const typed = TYPED.flatMap(({ key, name }) =>
    [search[key] ?? []].flat().map((value) => ({ key, value, words: `${name}: ${shownValue(key, value)}` })),
  );
  const flags = FLAGS.flatMap(({ key, yes, no }) => {
    const value = search[key];
    return value === undefined ? [] : [{ key, value, words: value === 'true' ? yes : no }];
  });
  const others = (['errorGroup', 'finishedSince', 'finishedUntil'] as const).flatMap((key) => {
    const value = search[key];
    return value === undefined ? [] : [{ key, value, words: `${OTHER_NAMES[key]}: ${value}` }];
  });
  return [...typed, ...flags, ...others];
}

const OTHER_NAMES = { errorGroup: 'Error group', finishedSince: 'Ended since', finishedUntil: 'Ended before' };

function shownValue(key: FilterKey, value: string): string {
  const ms = Number(value);
  return (key === 'minDurationMs' || key === 'maxDurationMs') && Number.isFinite(ms) ? formatDuration(ms) : value;
}

/** The address without one chip; of several values only that one goes. */
export function withoutChip(search: WorkflowsSearch, { key, value }: Chip): WorkflowsSearch {
  const now = search[key];
  const rest = Array.isArray(now) ? now.filter((each) => each !== value) : [];
  return { ...search, [key]: rest.length > 0 ? rest : undefined };
}

/** The address with what was typed; a second name or tag stands beside the first. */
export function withTyped(search: WorkflowsSearch, key: (typeof TYPED)[number]['key'], value: string): WorkflowsSearch {
  if (key === 'name' || key === 'tag') return { ...search, [key]: [...new Set([...(search[key] ?? []), value])] };
  return { ...search, [key]: value };
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** @returns ms of '90s', '5 m', '1.5h'; a bare number is seconds; null: no length of time */
export function readDuration(text: string): number | null {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d)?\s*$/.exec(text);
  return parts === null ? null : Math.round(Number(parts[1]) * UNITS[parts[2] ?? 's']!);
}
