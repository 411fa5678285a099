import * as z from 'zod/mini';
import { list, oneOf, text } from '../../url/search.ts';

/** What the view of failures has in its address. */
export const failuresSearch = z.object({
  by: oneOf(['error', 'workflow', 'step', 'time']),
  name: list(),
  errorStep: text(),
  error: text(),
});

export type By = NonNullable<z.infer<typeof failuresSearch>['by']>;
