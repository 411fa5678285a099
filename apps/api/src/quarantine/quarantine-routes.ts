/** The routes of the quarantine: looking with a key for reading, deciding with a key for operating. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { problem } from '../http/problem.ts';
import { requireOperateKey } from '../http/read-key.ts';
import { addDiscard } from './discard-routes.ts';
import { addQuarantineEntry } from './entry-route.ts';
import { addListQuarantine } from './list-quarantine-route.ts';
import { addRedrive } from './redrive-routes.ts';

/** As large as an event can come in by default, and what stands around it. */
const MOST_BYTES = 16 * 1024 * 1024 + 1024;

const WRITES = [
  '/v1/quarantine/redrive',
  '/v1/quarantine/discard',
  '/v1/quarantine/:id/redrive',
  '/v1/quarantine/:id/discard',
];

export function addQuarantine(app: OpenAPIHono<ApiEnv>, dependencies: ApiParts): void {
  const limited = bodyLimit({
    maxSize: MOST_BYTES,
    onError: (c) => problem(c, 413, `The body is larger than ${MOST_BYTES} bytes. Nothing was changed.`),
  });
  for (const path of WRITES) app.post(path, requireOperateKey, limited);
  addRedrive(app, dependencies);
  addDiscard(app, dependencies);
  for (const path of WRITES) {
    app.all(path, (c) => {
      c.header('allow', 'POST');
      return problem(c, 405, `${c.req.method} is not understood here: this address takes POST.`);
    });
  }
  addListQuarantine(app, dependencies);
  addQuarantineEntry(app, dependencies);
}
