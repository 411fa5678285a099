import { createRegistry } from '@wm/runtime';
import { silentLogger } from '@wm/testkit';
import { startApi, type ApiOptions } from '../src/index.ts';

export type StartedApi = Awaited<ReturnType<typeof startApi>>;

/** The whole api behind real connections: on a free port of loopback, silent, without Redis and keys unless `options` say otherwise. */
export function startTestApi(databaseUrl: string, options: Partial<ApiOptions> = {}): Promise<StartedApi> {
  return startApi({
    databaseUrl,
    redisUrl: null,
    host: '127.0.0.1',
    port: 0,
    auth: 'off',
    logger: silentLogger(),
    registry: createRegistry('api-test'),
    ...options,
  });
}
