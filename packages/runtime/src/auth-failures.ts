import { Counter, type Registry } from 'prom-client';
import type { Logger } from './logger.ts';
import { RareLog } from './rare-log.ts';

/**
 * Counts requests that were not let in, by why, as `wm_auth_failures_total`, and logs them now and then with where they
 * come from. What they sent is not logged: a wrong key may be a right one somewhere else.
 */
export function watchAuthFailures(registry: Registry, logger: Logger): (failure: string, address: string) => void {
  const failures = new Counter({
    name: 'wm_auth_failures_total',
    help: 'Requests without an accepted key, by what was wrong with it',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of ['missing', 'unknown', 'limited', 'wrong_scope']) failures.inc({ reason }, 0);
  const log = new RareLog(logger);
  return (reason, address) => {
    failures.inc({ reason });
    log.warn(
      { reason, address },
      'A request was refused, because it carries no key that is accepted here. Nothing of it was kept or shown. `wm keys list` shows the keys.',
    );
  };
}
