/** Errors as the client reports them. */
import type { Random } from './random.ts';
import type { ErrorKind } from './catalogue.ts';

export interface ReportedError {
  readonly message: string;
  /** Absent where the thrown value was no Error. */
  readonly stack?: string;
}

const FRAMES = [
  'at EffectPrimitive.commit (worker.js:2214:42)',
  'at FiberRuntime.runLoop (worker.js:1107:34)',
  'at FiberRuntime.evaluateEffect (worker.js:1038:28)',
  'at FiberRuntime.drainQueueOnCurrentThread (worker.js:903:85)',
];

/** Line and column belong to the kind of error: the same mistake is always made at the same place. */
function stackOf(name: string, message: string): string {
  let place = 7;
  for (const letter of name) place = (place * 31 + letter.charCodeAt(0)) % 9973;
  const head = message === '' ? name : `${name}: ${message}`;
  return [head, `at ${name.toLowerCase()}Source (worker.js:${place}:${(place % 60) + 5})`, ...FRAMES].join('\n    ');
}

export function reported(name: string, message: string): ReportedError {
  return { message, stack: stackOf(name, message) };
}

/** A failure of one of the kinds that a workflow knows; one in fifteen was thrown as a bare string and has no stack. */
export function drawFailure(random: Random, kinds: readonly ErrorKind[]): ReportedError {
  const kind = random.pick(kinds);
  const message = kind.message(random);
  return random.chance(1 / 15) ? { message } : reported(kind.name, message);
}

/** A mistake in the user's code that no step catches. */
export function drawDefect(random: Random): ReportedError {
  const property = random.pick(['id', 'total', 'address', 'items']);
  return reported('TypeError', `Cannot read properties of undefined (reading '${property}')`);
}

export function retriesExhausted(stepName: string, attempts: number, last: ReportedError): ReportedError {
  return reported('RetryExhaustedError', `Step "${stepName}" failed after ${attempts} attempts: ${last.message}`);
}

export function timedOut(stepName: string, timeoutMs: number): ReportedError {
  return reported('WorkflowTimeoutError', `Step "${stepName}" timed out after 0ms (timeout: ${timeoutMs}ms)`);
}
