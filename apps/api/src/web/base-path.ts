/** The path that a proxy shows the api at. */
import { getPath } from 'hono/utils/url';

/** Path of a route as browsers know it. */
export function below(basePath: string, route: string): string {
  return basePath === '/' ? route : `${basePath}${route}`;
}

export function isAtOrBelow(asked: string, paths: readonly string[]): boolean {
  return paths.some((one) => asked === one || asked.startsWith(`${one}/`));
}

/**
 * Reads which route a request asks for. A proxy may pass the base path on or take it away, so that each route answers
 * with it and without it.
 *
 * @param basePath `/`, or as `/monitor`
 */
export function routeOf(basePath: string): (request: Request) => string {
  if (basePath === '/') return getPath;
  return (request) => {
    const path = getPath(request);
    if (path === basePath) return '/';
    return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
  };
}
