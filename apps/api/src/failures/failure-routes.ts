import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { addErrorGroups } from './error-groups-route.ts';
import { addFailingSteps } from './failing-steps-route.ts';
import { addFailingWorkflows } from './failing-workflows-route.ts';
import { addListFailures } from './list-failures-route.ts';

export function addFailures(app: OpenAPIHono<ApiEnv>, dependencies: ApiParts): void {
  addListFailures(app, dependencies);
  addErrorGroups(app, dependencies);
  addFailingWorkflows(app, dependencies);
  addFailingSteps(app, dependencies);
}
