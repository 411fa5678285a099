/** One line for an event: what its fields say beyond its type. Pure. */
import { formatDuration, formatInstant, type Zone } from '../../../time/format.ts';

/** Types the tracker of today sends; another one is asked for by name. */
export const EVENT_TYPES = [
  'workflow.queued',
  'workflow.started',
  'workflow.completed',
  'workflow.failed',
  'workflow.paused',
  'workflow.resumed',
  'workflow.cancelled',
  'step.started',
  'step.completed',
  'step.failed',
  'retry.scheduled',
  'retry.exhausted',
  'sleep.started',
  'sleep.completed',
  'timeout.set',
  'timeout.exceeded',
] as const;

type Fields = Record<string, unknown>;

function fieldsOf(payload: unknown): Fields {
  return typeof payload === 'object' && payload !== null ? (payload as Fields) : {};
}

export function stepOf(payload: unknown): string | null {
  const { stepName } = fieldsOf(payload);
  return typeof stepName === 'string' ? stepName : null;
}

/** Fields that are told elsewhere in the line, or are the same in every event of a run. */
const ELSEWHERE = new Set([
  'eventId',
  'timestamp',
  'type',
  'source',
  'workflowId',
  'workflowName',
  'executionId',
  'env',
  'serviceKey',
  'stepName',
]);

const LONGEST = 120;

/** What the event says, in short: `attempt 2, delay 4.0 s`. */
export function eventWords(payload: unknown, zone: Zone): string {
  const words: string[] = [];
  for (const [name, value] of Object.entries(fieldsOf(payload))) {
    if (ELSEWHERE.has(name) || value === null || value === undefined) continue;
    const word = fieldWords(name, value, zone);
    if (word !== '') words.push(word);
  }
  return words.join(', ');
}

function fieldWords(name: string, value: unknown, zone: Zone): string {
  if (name === 'error') {
    const { message } = fieldsOf(value);
    return cut(typeof message === 'string' ? message : JSON.stringify(value));
  }
  if (name === 'completedSteps' && Array.isArray(value)) return `${value.length} steps completed`;
  if (typeof value === 'number' && name.endsWith('Ms'))
    return `${plainName(name.slice(0, -2))} ${formatDuration(value)}`;
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)))
    return `${plainName(name)} ${formatInstant(new Date(value), zone, { ms: false })}`;
  if (typeof value === 'boolean') return `${plainName(name)}: ${value ? 'yes' : 'no'}`;
  if (typeof value === 'object') return `${plainName(name)} ${cut(JSON.stringify(value))}`;
  return `${plainName(name)} ${cut(typeof value === 'string' ? value : JSON.stringify(value))}`;
}

/** willRetry → will retry */
export function plainName(name: string): string {
  return name.replaceAll(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
