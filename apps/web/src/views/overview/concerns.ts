/** What needs somebody: gathered from several answers, what is worst first. Pure. */
import type { ErrorGroup, Freshness, Pipeline, Service } from '@wm/client';
import { byImportance } from '../../frame/environment-order.ts';
import { isNew } from '../failures/growth.ts';

export type Concern =
  | { kind: 'failing' | 'worse'; env: string; serviceKey: string; name: string; reason: string }
  | { kind: 'stuck' | 'overdue'; env: string; count: number }
  | { kind: 'new error'; group: ErrorGroup }
  | { kind: 'behind'; lagMs: number; pendingEvents: number }
  | { kind: 'not read'; what: 'queue' | 'poisoned'; count: number }
  | { kind: 'rejected'; count: number };

const ORDER: Concern['kind'][] = [
  'failing',
  'not read',
  'behind',
  'stuck',
  'worse',
  'new error',
  'overdue',
  'rejected',
];

/** Behind by more than so much is worth a word; the badge of the page says so from there, too. */
const BEHIND_MS = 5_000;

export interface Known {
  /** undefined, here and below: not known (yet). */
  services: readonly Service[] | undefined;
  groups: { groups: readonly ErrorGroup[] } | undefined;
  /** From when on an error is new, ms; null: nobody can say. */
  newSince: number | null;
  active: readonly { env: string; overdue: number; stuck: number }[] | undefined;
  pipeline: Pick<Pipeline, 'quarantined' | 'poisoned' | 'queue'> | undefined;
  freshness: Pick<Freshness, 'lagMs' | 'pendingEvents'> | undefined;
}

export function concernsOf({ services, groups, newSince, active, pipeline, freshness }: Known): Concern[] {
  const found: Concern[] = [
    ...(services ?? []).flatMap(healthConcerns),
    ...(active ?? []).flatMap(lateConcerns),
    ...(groups?.groups ?? []).filter((group) => isNew(group, newSince)).map(newError),
    ...pipelineConcerns(pipeline),
  ];
  if (freshness !== undefined && freshness.lagMs > BEHIND_MS) found.push({ kind: 'behind', ...freshness });
  return found.toSorted(
    (left, right) =>
      ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind) || byImportance(environmentOf(left), environmentOf(right)),
  );
}

function environmentOf(concern: Concern): string {
  return 'env' in concern ? concern.env : '';
}

function healthConcerns({ serviceKey, displayName, environments }: Service): Concern[] {
  return environments.flatMap(({ env, health: { state, reason } }) =>
    state === 'failing' || state === 'worse'
      ? [{ kind: state, env, serviceKey, name: displayName ?? serviceKey, reason }]
      : [],
  );
}

function lateConcerns({ env, overdue, stuck }: { env: string; overdue: number; stuck: number }): Concern[] {
  return [
    ...(stuck > 0 ? [{ kind: 'stuck' as const, env, count: stuck }] : []),
    ...(overdue > 0 ? [{ kind: 'overdue' as const, env, count: overdue }] : []),
  ];
}

function newError(group: ErrorGroup): Concern {
  return { kind: 'new error', group };
}

function pipelineConcerns(pipeline: Known['pipeline']): Concern[] {
  if (pipeline === undefined) return [];
  const { quarantined, poisoned, queue } = pipeline;
  return [
    ...(queue?.reachable === false ? [{ kind: 'not read' as const, what: 'queue' as const, count: 0 }] : []),
    ...(poisoned > 0 ? [{ kind: 'not read' as const, what: 'poisoned' as const, count: poisoned }] : []),
    ...(quarantined > 0 ? [{ kind: 'rejected' as const, count: quarantined }] : []),
  ];
}
