import * as z from 'zod/mini';
import { oneOf } from '../../url/search.ts';

/** What the view of failures has in its address. */
export const failuresSearch = z.object({
  by: oneOf(['error', 'workflow', 'step', 'time']),
});
