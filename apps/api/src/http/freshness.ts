/** How fresh what is shown is: what waits to be folded, and when was last heard of whom. */
import { z } from '@hono/zod-openapi';
import {
  countBacklog,
  EVERYTHING,
  listServices,
  type Backlog,
  type ReadScope,
  type ServiceView,
  type Sql,
} from '@wm/store';
import { instantJson } from './params.ts';

/** So old a figure may be when it is shown. */
const FRESH_MS = 2_000;

export const freshnessSchema = z
  .object({
    lagMs: z
      .int()
      .openapi({ description: 'How long the oldest event waits to be taken into the state; 0: none waits' }),
    pendingEvents: z.int().openapi({ description: 'Events that are stored and not in the state yet, up to a million' }),
    lastArrivalAt: instantJson
      .nullable()
      .openapi({ description: 'When anything last arrived, about ten seconds behind; null: never' }),
    readAt: instantJson.openapi({ description: `When these figures were read: at most ${FRESH_MS} ms ago` }),
  })
  .openapi('Freshness');

interface Figures {
  backlog: readonly Backlog[];
  services: readonly ServiceView[];
  readAt: Date;
}

/** Of the services that a question is about; empty lists: of all in the key's reach. */
export interface Concerned {
  envs?: readonly string[];
  services?: readonly string[];
}

/** Reads the figures for all services together, seldom, whoever asks; each answer is told of its own services only. */
export class Freshness {
  readonly #sql: Sql;
  #latest: Promise<Figures> | null = null;
  #readAt = -Infinity;

  /** @param sql the database itself: a replica's list of what waits is old in its own way */
  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @throws the database's error */
  async of(scope: ReadScope, concerned: Concerned = {}): Promise<z.input<typeof freshnessSchema>> {
    const { backlog, services, readAt } = await this.#read();
    const isConcerned = concerns(scope, concerned);
    const waiting = backlog.filter(isConcerned);
    const arrivals = services.filter(isConcerned).map(({ lastArrivalAt }) => lastArrivalAt.getTime());
    return {
      lagMs: Math.max(0, ...waiting.map(({ oldestAgeMs }) => oldestAgeMs)),
      pendingEvents: waiting.reduce((sum, { events }) => sum + events, 0),
      lastArrivalAt: arrivals.length === 0 ? null : new Date(Math.max(...arrivals)).toISOString(),
      readAt: readAt.toISOString(),
    };
  }

  /** Of the service that a workflow belongs to, in its environment. The key's reach was looked at before. @throws the database's error */
  ofWorkflow({ env, serviceKey }: { env: string; serviceKey: string }): Promise<z.input<typeof freshnessSchema>> {
    return this.of(EVERYTHING, { envs: [env], services: [serviceKey] });
  }

  /** What waits of one service. @throws the database's error */
  async backlogOf(env: string, serviceKey: string): Promise<{ pendingEvents: number; lagMs: number }> {
    const { backlog } = await this.#read();
    const own = backlog.find((row) => row.env === env && row.serviceKey === serviceKey);
    return { pendingEvents: own?.events ?? 0, lagMs: own?.oldestAgeMs ?? 0 };
  }

  #read(): Promise<Figures> {
    const now = performance.now();
    if (this.#latest !== null && now - this.#readAt < FRESH_MS) return this.#latest;
    this.#readAt = now;
    const reading = Promise.all([countBacklog(this.#sql), listServices(this.#sql, EVERYTHING)]).then(
      ([backlog, services]) => ({ backlog, services, readAt: new Date() }),
    );
    this.#latest = reading;
    // A failure is for those who asked; the next one asks again.
    reading.catch(() => (this.#latest = null));
    return reading;
  }
}

function concerns(scope: ReadScope, { envs = [], services = [] }: Concerned) {
  const isIn = (value: string, limit: string | null, asked: readonly string[]): boolean =>
    (limit === null || limit === value) && (asked.length === 0 || asked.includes(value));
  return ({ env, serviceKey }: { env: string; serviceKey: string }): boolean =>
    isIn(env, scope.env, envs) && isIn(serviceKey, scope.serviceKey, services);
}
