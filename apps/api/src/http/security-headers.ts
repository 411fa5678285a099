/** What browsers are told about every answer. */
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiEnv } from './api-env.ts';

/** Answers are data: a browser is to run and load nothing of them, and no page is to show them in a frame. */
const forData = secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } });

/** A page that loads what it needs from here, and from nowhere else. Its styles stand in it. */
const forPage = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'self'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** The dashboard: what it runs and loads are files of its own, none of it stands in the page. */
const forDashboard = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    fontSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    manifestSrc: ["'self'"],
  },
});

/** @param pagePaths at and below them are pages, everywhere else data */
export function securityHeaders(pagePaths: readonly string[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next();
    const { path } = c.req;
    const isPage = pagePaths.some((pagePath) => path === pagePath || path.startsWith(`${pagePath}/`));
    const headers = c.get('dashboardPage') === true ? forDashboard : isPage ? forPage : forData;
    await headers(c, async () => {});
  };
}
