/** What the services of an answer add up to. Pure. */
import type { Service } from '@wm/client';
import { byImportance } from '../../frame/environment-order.ts';

export type InEnvironment = Service['environments'][number];

export interface Figures {
  started: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Runs that are not over now. */
  open: number;
  /** Completed, of completed and failed; null: none ended so. */
  successRate: number | null;
  /** Newest time that an event itself names. */
  lastEventAt: string | null;
}

/** Only what the page is about: the route of services takes environments, and no services. */
export function inScope(services: readonly Service[], keys: readonly string[] | undefined): Service[] {
  return services
    .filter(({ serviceKey }) => keys === undefined || keys.includes(serviceKey))
    .filter(({ environments }) => environments.length > 0);
}

export function figuresOf(parts: readonly InEnvironment[]): Figures {
  const sum = (of: 'started' | 'completed' | 'failed' | 'cancelled'): number =>
    parts.reduce((total, part) => total + part[of], 0);
  const completed = sum('completed');
  const failed = sum('failed');
  return {
    started: sum('started'),
    completed,
    failed,
    cancelled: sum('cancelled'),
    open: parts.reduce((total, { open }) => total + open.running + open.paused + open.queued + open.pending, 0),
    successRate: completed + failed === 0 ? null : completed / (completed + failed),
    lastEventAt: parts.reduce<string | null>((newest, { lastEventAt }) => later(newest, lastEventAt), null),
  };
}

/** All services together in each environment, those that matter most first. */
export function figuresByEnvironment(services: readonly Service[]): { env: string; figures: Figures }[] {
  const parts = services.flatMap(({ environments }) => environments);
  const envs = [...new Set(parts.map(({ env }) => env))].toSorted(byImportance);
  return envs.map((env) => ({ env, figures: figuresOf(parts.filter((part) => part.env === env)) }));
}

function later(left: string | null, right: string | null): string | null {
  if (left === null || right === null) return left ?? right;
  return Date.parse(left) >= Date.parse(right) ? left : right;
}
