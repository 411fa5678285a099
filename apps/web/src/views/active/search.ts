import * as z from 'zod/mini';
import { list, oneOf, someOf } from '../../url/search.ts';

export const ACTIVITY_STATES = ['stuck', 'overdue', 'scheduled', 'active'] as const;
export type ActivityState = (typeof ACTIVITY_STATES)[number];

/** How far the forecast looks ahead; hours. */
export const FORECAST_HOURS = ['1', '3', '12', '24', '48'] as const;

/** What the view of active runs has in its address. */
export const activeSearch = z.object({
  /** Absent: all of them. */
  state: someOf(ACTIVITY_STATES),
  name: list(),
  hours: oneOf(FORECAST_HOURS),
});
