/** Watches which version of the rules is in force: code of another version must not drain. */
import { readProjectionTarget } from '@wm/store';
import type { Sql } from '@wm/store';
import type { Logger } from '@wm/runtime';

export interface VersionGateOptions {
  sql: Sql;
  logger: Logger;
  projectionVersion: number;
  everyMs: number;
  /** Called with true when this code's version comes into force, with false when it no longer is. */
  onChange: (open: boolean) => void;
}

export interface VersionGate {
  /** Null while this code may drain; else why not. */
  reason(): string | null;
  stop(): void;
}

/** @throws the database's error when the first look fails */
export async function watchVersion(options: VersionGateOptions): Promise<VersionGate> {
  const { sql, logger, projectionVersion, everyMs, onChange } = options;
  let target: number | null | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    const [row] = await readProjectionTarget(sql);
    const before = target;
    target = row?.version ?? null;
    if (target === before) return;
    const open = target === projectionVersion;
    if (!open)
      logger.warn(
        { own: projectionVersion, target },
        'another version of the rules is in force; this worker does not drain',
      );
    else if (before !== undefined)
      logger.info({ own: projectionVersion }, 'this version of the rules is in force; draining');
    if (!stopped && (open || before === projectionVersion)) onChange(open);
  };
  const again = (): void => {
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) =>
          logger.warn({ error }, 'could not read which version of the rules is in force; trying again'),
        )
        .finally(() => {
          if (!stopped) again();
        });
    }, everyMs);
  };
  await look();
  again();
  return {
    reason: () =>
      target === projectionVersion
        ? null
        : `this worker folds by version ${projectionVersion} of the rules, version ${target ?? 'none'} is in force`,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
