/** Every address of the dashboard. Views are loaded when they are first needed, but for the first of all. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { BASE_PATH } from './api/base.ts';
import { Frame } from './frame/frame.tsx';
import { NoSuchPage, ViewBroke } from './frame/notices.tsx';
import { Skeleton } from './ui/notice.tsx';
import { globalSearch, KEPT } from './url/search.ts';
import { parseSearch, stringifySearch } from './url/search-text.ts';
import { activeSearch } from './views/active/search.ts';
import { failuresSearch } from './views/failures/search.ts';
import { metricsSearch } from './views/metrics/search.ts';
import { pipelineSearch } from './views/pipeline/search.ts';
import Overview from './views/overview/overview.tsx';
import { workflowSearch } from './views/workflow/search.ts';
import { workflowsSearch } from './views/workflows/search.ts';

const root = createRootRoute({
  component: Frame,
  notFoundComponent: NoSuchPage,
  validateSearch: globalSearch,
  search: { middlewares: [retainSearchParams([...KEPT])] },
});

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: Overview,
});

const workflows = createRoute({
  getParentRoute: () => root,
  path: '/workflows',
  validateSearch: workflowsSearch,
  component: lazyRouteComponent(() => import('./views/workflows/workflows.tsx')),
});

const workflow = createRoute({
  getParentRoute: () => root,
  path: '/workflows/$env/$service/$workflowId',
  validateSearch: workflowSearch,
  component: lazyRouteComponent(() => import('./views/workflow/workflow.tsx')),
});

const step = createRoute({
  getParentRoute: () => root,
  path: '/workflows/$env/$service/$workflowId/steps/$step',
  validateSearch: workflowSearch,
  component: lazyRouteComponent(() => import('./views/step/step.tsx')),
});

const failures = createRoute({
  getParentRoute: () => root,
  path: '/failures',
  validateSearch: failuresSearch,
  component: lazyRouteComponent(() => import('./views/failures/failures.tsx')),
});

const failureGroup = createRoute({
  getParentRoute: () => root,
  path: '/failures/$group',
  component: lazyRouteComponent(() => import('./views/failures/failure-group.tsx')),
});

const active = createRoute({
  getParentRoute: () => root,
  path: '/active',
  validateSearch: activeSearch,
  component: lazyRouteComponent(() => import('./views/active/active.tsx')),
});

const metrics = createRoute({
  getParentRoute: () => root,
  path: '/statistics',
  validateSearch: metricsSearch,
  component: lazyRouteComponent(() => import('./views/metrics/metrics.tsx')),
});

const services = createRoute({
  getParentRoute: () => root,
  path: '/services',
  component: lazyRouteComponent(() => import('./views/services/services.tsx')),
});

const pipeline = createRoute({
  getParentRoute: () => root,
  path: '/pipeline',
  validateSearch: pipelineSearch,
  component: lazyRouteComponent(() => import('./views/pipeline/pipeline.tsx')),
});

const quarantined = createRoute({
  getParentRoute: () => root,
  path: '/pipeline/quarantine/$id',
  component: lazyRouteComponent(() => import('./views/pipeline/quarantined-event.tsx')),
});

const connect = createRoute({
  getParentRoute: () => root,
  path: '/connect',
  component: lazyRouteComponent(() => import('./views/connect/connect.tsx')),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    workflows,
    workflow,
    step,
    failures,
    failureGroup,
    active,
    metrics,
    services,
    pipeline,
    quarantined,
    connect,
  ]),
  basepath: BASE_PATH === '' ? '/' : BASE_PATH,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Skeleton rows={12} />,
  defaultErrorComponent: ViewBroke,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
