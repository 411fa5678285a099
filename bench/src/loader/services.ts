/** The services of a loaded store: a few have most of the traffic, and each has names of its own. */
import type { Random } from '@wm/simulator';

export interface LoadedService {
  readonly key: string;
  readonly weight: number;
  /** The service of the simulator whose workflows it runs. */
  readonly like: string;
  readonly dialect: { readonly workflow: (name: string) => string; readonly step: (name: string) => string };
}

const KINDS = [
  'order-service',
  'payment-service',
  'onboarding-service',
  'notification-service',
  'inventory-sync',
] as const;
const DIVISIONS = ['', 'Eu', 'Us', 'Apac', 'Retail', 'Wholesale', 'Partner', 'Legacy'] as const;

const services: readonly LoadedService[] = DIVISIONS.flatMap((division, round) =>
  KINDS.map((like, nth) => ({
    key: division === '' ? like : `${like}-${division.toLowerCase()}`,
    // By rank, as Zipf found: the first has a quarter of the traffic, the last half a percent.
    weight: 1 / (round * KINDS.length + nth + 1),
    like,
    dialect: {
      workflow: (name) => `${name}${division}`,
      step: (name) => (division === '' ? name : `${name} (${division})`),
    },
  })),
);

export function drawService(random: Random): LoadedService {
  return random.weighted(services);
}
