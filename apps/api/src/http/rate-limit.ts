/** So many requests a key may send, so that one script cannot take the api from everybody else. */
import type { MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ApiEnv } from './api-env.ts';
import { problem } from './problem.ts';

/** Requests are counted over so long, so that a page may ask for many things at once. */
const WINDOW_SECONDS = 10;

/** @param perSecond on average over ten seconds, for each key; stands behind requireReadKey */
export function rateLimit(perSecond: number): MiddlewareHandler<ApiEnv> {
  const limiter = new RateLimiterMemory({ points: perSecond * WINDOW_SECONDS, duration: WINDOW_SECONDS });
  return async (c, next) => {
    const key = c.get('key');
    if (key === null) return next();
    try {
      await limiter.consume(key.id);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
      c.header('retry-after', String(seconds));
      return problem(
        c,
        429,
        `This key has sent more than ${perSecond} requests a second over ${WINDOW_SECONDS} seconds. Ask again in ${seconds} s, or follow /v1/stream instead of asking again and again.`,
      );
    }
    return next();
  };
}
