/** The dashboard's files, as `npm run build` leaves them, beside the routes of the api. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'hono';
import { etag } from 'hono/etag';
import { serveStatic } from '@wm/runtime';
import type { ApiEnv } from '../http/api-env.ts';
import { below, isAtOrBelow } from './base-path.ts';
import { REFERENCE_PATH } from '../reference/reference-route.ts';
import { notBuilt } from './not-built.ts';

/** Hashed names: what is in such a file never changes. */
export const ASSETS_PATH = '/assets';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Where `npm run build` puts it; the same from src and from dist. */
export const BUILT_DASHBOARD = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

export interface DashboardOptions {
  /** The folder that holds index.html. */
  folder: string;
  /** `/`, or as `/monitor`. */
  basePath: string;
  /** At and below these no page of the dashboard lies. */
  otherPaths: readonly string[];
}

/** @returns null where the request is for nothing of the dashboard */
export type Dashboard = (c: Context<ApiEnv>) => Promise<Response | null>;

/**
 * Answers a request that no other route takes: with a file, or with the page, which finds out itself what its address means.
 * Of `/`, only the page: the api's own answer there is for programs.
 */
export function createDashboard({ folder, basePath, otherPaths }: DashboardOptions): Dashboard {
  // Not `root`: it complains on the console of a folder that is built later. Hostile paths are refused before the rewrite.
  const files = serveStatic<ApiEnv>({ precompressed: true, rewriteRequestPath: (file) => path.join(folder, file) });
  const withEtag = etag();
  // Read each time: a page of before would name files that a new build has taken away. It has some kilobytes.
  const page = async (c: Context<ApiEnv>): Promise<Response> => {
    c.set('dashboardPage', true);
    c.header('vary', 'Accept');
    c.header('cache-control', 'no-cache');
    const index = await readFile(path.join(folder, 'index.html'), 'utf8').catch(() => null);
    if (index === null) return c.html(notBuilt(below(basePath, REFERENCE_PATH)), 503);
    const base = `<base href="${below(basePath, '/')}" />`;
    await withEtag(c, async () => {
      c.res = c.html(index.replace(/<base href="[^"]*"\s*\/?>/, base));
    });
    return c.res;
  };
  return async (c) => {
    const { method, path: asked } = c.req;
    if (method !== 'GET' && method !== 'HEAD') return null;
    if (asked !== '/' && asked !== '/index.html') {
      const file = await files(c, async () => {});
      if (file instanceof Response) {
        file.headers.set('cache-control', asked.startsWith(`${ASSETS_PATH}/`) ? FOR_EVER : 'no-cache');
        return file;
      }
    }
    const isPage = c.req.header('accept')?.toLowerCase().includes('text/html') === true;
    return isPage && !isAtOrBelow(asked, otherPaths) ? page(c) : null;
  };
}
