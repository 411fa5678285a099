import * as z from 'zod/mini';
import { list, oneOf, text } from '../../url/search.ts';

/** What the view of metrics has in its address. */
export const metricsSearch = z.object({
  by: oneOf(['env', 'service', 'name', 'step', 'compare']),
  name: list(),
  /** The two environments that are compared. */
  left: text(),
  right: text(),
});
