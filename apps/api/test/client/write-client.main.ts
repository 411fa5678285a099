/** `npm run client`: writes the types of packages/client from the routes of the api. It asks no database. */
import { writeFile } from 'node:fs/promises';
import { createRegistry, createLogger, NO_TRACING } from '@wm/runtime';
import { createSql } from '@wm/store';
import { UsualDurations } from '../../src/active/expectations.ts';
import { createApi } from '../../src/app.ts';
import { StreamHub } from '../../src/stream/stream-hub.ts';
import { clientTypes, type ApiDocument } from './client-types.ts';

const logger = createLogger('client', 'silent');
const sql = createSql('postgres://nobody@127.0.0.1:1/none', { applicationName: 'client' });
const usual = new UsualDurations(sql);
const nothing = async (): Promise<never> => {
  throw new Error('There is nothing to ask here.');
};
const app = createApi({
  sql,
  primary: sql,
  queue: { backend: 'postgres', counts: async () => null, wake: nothing, openForBoard: nothing },
  door: { keys: null, addressOf: () => '', cameByHttps: () => false, basePath: '/' },
  webDir: 'none',
  ingestUrl: null,
  stream: new StreamHub(sql, logger, usual),
  usual,
  corsOrigins: [],
  requestsPerSecond: 1,
  ready: async () => null,
  logger,
  registry: createRegistry('client'),
  tracing: NO_TRACING,
});
const document = (await (await app.request('/openapi.json')).json()) as ApiDocument;
await writeFile(new URL('../../../../packages/client/src/routes.ts', import.meta.url), clientTypes(document));
await sql.end();
