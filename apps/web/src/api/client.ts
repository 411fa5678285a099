/** The one client of this page. The key of a login travels in a cookie that no script can read. */
import { createClient } from '@wm/client';
import { BASE_PATH } from './base.ts';

export const client = createClient({ url: BASE_PATH });
