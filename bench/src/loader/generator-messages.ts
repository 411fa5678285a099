/** What a loading process and its generators tell each other. */
import type { BareMonth } from './bare-tables.ts';
import type { Population } from './population.ts';

export interface GeneratorOrder {
  readonly url: string;
  readonly population: Population;
  readonly months: readonly BareMonth[];
}

/** Workflows from (inclusive) to (exclusive). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** 'end': there are no more stretches. */
export type GeneratorMessage = GeneratorOrder | Stretch | 'end';

/** What is in the tables since the last reply, or why there will be no more. */
export type GeneratorReply = { readonly workflows: number; readonly events: number } | { readonly failed: string };
