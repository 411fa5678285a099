import { Hono } from 'hono';
import type { Registry } from './metrics.ts';

export interface HealthOptions {
  registry: Registry;
  /** null: ready; otherwise why not, in words. What it throws counts as "not ready", too. */
  ready: () => Promise<string | null>;
  /** How long `ready` may take, milliseconds; 2,000 where absent. */
  readyTimeoutMs?: number;
}

/**
 * `/healthz` answers while the process lives, `/readyz` 200 when it can do its work and else 503 with the reason,
 * `/metrics` Prometheus text. Mount it with `app.route('/', healthRoutes(…))`. None of them needs a key.
 */
export function healthRoutes(options: HealthOptions): Hono {
  const app = new Hono();
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    const reason = await reasonNotReady(options);
    return reason === null ? context.json({ status: 'ready' }) : context.json({ status: 'not ready', reason }, 503);
  });
  app.get('/metrics', async (context) =>
    context.body(await options.registry.metrics(), 200, { 'content-type': options.registry.contentType }),
  );
  return app;
}

async function reasonNotReady({ ready, readyTimeoutMs = 2_000 }: HealthOptions): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${readyTimeoutMs} ms`), readyTimeoutMs);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
