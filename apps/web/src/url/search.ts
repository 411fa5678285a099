/** What every view has in its address: environments, services and the range of time. */
import * as z from 'zod/mini';

/** A list that may come as one value. */
const asList = z.transform((value) => (value === undefined ? undefined : [value].flat()));

/** What makes no sense is left out and breaks nothing. */
export const list = () => z.catch(z.optional(z.pipe(asList, z.optional(z.array(z.string())))), undefined);

export const someOf = <const T extends readonly string[]>(values: T) =>
  z.catch(z.optional(z.pipe(asList, z.optional(z.array(z.enum(values))))), undefined);

export const text = () => z.catch(z.optional(z.string()), undefined);

export const oneOf = <const T extends readonly string[]>(values: T) => z.catch(z.optional(z.enum(values)), undefined);

export const PRESETS = ['15m', '1h', '6h', '24h', '3d', '7d', '30d', '90d'] as const;
export type Preset = (typeof PRESETS)[number];

export const globalSearch = z.object({
  env: list(),
  service: list(),
  /** A stretch up to now. Absent with since and until absent: 24h. */
  range: oneOf(PRESETS),
  /** An absolute range; beats `range`. */
  since: text(),
  until: text(),
});

export type GlobalSearch = z.infer<typeof globalSearch>;

/** Kept on every link that does not say otherwise. */
export const KEPT = ['env', 'service', 'range', 'since', 'until'] as const;
