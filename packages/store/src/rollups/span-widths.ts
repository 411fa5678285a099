/** Minutes that spans of the rollups are long. Each is a multiple of the one before, and begins at its multiples since 1970. */
export const SPAN_WIDTHS = [15, 60, 240, 1_440, 5_760] as const;

export type SpanWidth = (typeof SPAN_WIDTHS)[number];

/** The narrowest, which are made of minutes; the others are made of those before them. */
export const NARROWEST = SPAN_WIDTHS[0];
