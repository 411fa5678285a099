/** What browsers are told about every answer. */
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

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

/** @param pagePaths at and below them are pages, everywhere else data */
export function securityHeaders(pagePaths: readonly string[]): MiddlewareHandler {
  return (c, next) => {
    const { path } = c.req;
    const isPage = pagePaths.some((pagePath) => path === pagePath || path.startsWith(`${pagePath}/`));
    return isPage ? forPage(c, next) : forData(c, next);
  };
}
