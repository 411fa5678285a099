import type { ReadScope, VerifiedKey } from '@wm/store';

/** What the middleware hands to the handlers. */
export interface ApiEnv {
  Variables: {
    scope: ReadScope;
    /** Who may change things, as it is noted beside a change; null: a key that may only read. */
    actor: string | null;
    /** The key of the request; null: nobody needs one. */
    key: VerifiedKey | null;
    /** A browser has sent the key by itself, in its cookie. */
    keyInCookie: boolean;
    /** The answer is a page of the dashboard. */
    dashboardPage?: true;
    /** What the lines of the log about this request have in common. */
    requestId: string;
  };
}
