import * as z from 'zod/mini';
import { list } from '../../url/search.ts';

/** What the view of active runs has in its address. */
export const activeSearch = z.object({
  state: list(),
  name: list(),
});
