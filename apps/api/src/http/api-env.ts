import type { ReadScope } from '@wm/store';

/** What the middleware hands to the handlers. */
export interface ApiEnv {
  Variables: { scope: ReadScope };
}
