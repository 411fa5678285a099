/** Which service to look at first. Pure. */
import type { Health, Service } from '@wm/client';

const WORST_FIRST: Health['state'][] = ['failing', 'worse', 'healthy', 'quiet'];

/** By its worst environment, then by name. */
export function byHealth(left: Service, right: Service): number {
  return place(left) - place(right) || left.serviceKey.localeCompare(right.serviceKey);
}

function place({ environments }: Service): number {
  return Math.min(...environments.map(({ health }) => WORST_FIRST.indexOf(health.state)));
}
