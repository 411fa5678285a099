import { createLogger, type Logger } from '@wm/runtime';

/** A logger that says nothing. */
export function silentLogger(): Logger {
  return createLogger('test', 'silent');
}
