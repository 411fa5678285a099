/** Minutes that spans of the rollups are long. Each is a multiple of the one before, and begins at its multiples since 1970. */
export const SPAN_WIDTHS = [15, 60, 240, 1_440, 5_760, 11_520] as const;

/** Of what is made: a column that code which makes less cannot fill. Migration 0016. */
export const SPANS_VERSION = 2;

export type SpanWidth = (typeof SPAN_WIDTHS)[number];

/** The narrowest, which are made of minutes; the others are made of those before them. */
export const NARROWEST = SPAN_WIDTHS[0];
