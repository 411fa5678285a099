/** How busy a pool of connections is. The client library does not tell, so what is asked of it is counted here. */
import type { Sql } from 'postgres';

export interface PoolUse {
  /** Connections that it may have. */
  size: number;
  /** Transactions and single statements that are under way, up to its size. */
  used: number;
  /** Those beyond its size, which wait for a connection. */
  waiting: number;
}

const underWay = new WeakMap<Sql, { count: number }>();

/** The same pool, with what it does counted. */
export function withPoolUse(sql: Sql): Sql {
  const use = { count: 0 };
  const count = (then: Then): void => {
    use.count += 1;
    const settled = (): void => void (use.count -= 1);
    then(settled, settled);
  };
  const begin = sql.begin.bind(sql);
  sql.begin = ((...args: Parameters<typeof begin>) => {
    const transaction = begin(...args);
    count(transaction.then.bind(transaction));
    return transaction;
  }) as typeof begin;
  const counted = new Proxy(sql, {
    apply(target, self, args) {
      const made: unknown = Reflect.apply(target as unknown as (...all: unknown[]) => unknown, self, args);
      // Only statements are promises; the others are parts of one.
      if (made instanceof Promise) countOnceAwaited(made, count);
      return made;
    },
  });
  underWay.set(counted, use);
  return counted;
}

type Then = (...handlers: Parameters<Promise<unknown>['then']>) => unknown;

/** The library sends a statement when it is first waited for, and says so nowhere else. */
function countOnceAwaited(statement: Promise<unknown>, count: (then: Then) => void): void {
  const then = statement.then.bind(statement);
  let isCounted = false;
  // oxlint-disable-next-line unicorn/no-thenable
  statement.then = ((...handlers: Parameters<typeof then>) => {
    if (!isCounted) count(then);
    isCounted = true;
    return then(...handlers);
  }) as typeof then;
}

/** @param sql of createSql */
export function poolUse(sql: Sql): PoolUse {
  const size = sql.options.max;
  const count = underWay.get(sql)?.count ?? 0;
  return { size, used: Math.min(size, count), waiting: Math.max(0, count - size) };
}
