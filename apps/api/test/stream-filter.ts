import { EVERYTHING, type Sql } from '@wm/store';
import type { StreamFilter } from '../src/stream/stream-filter.ts';
import { exportQuery, filterOf } from '../src/workflows/list-query.ts';

/** The filter of a stream, as the route makes it of these parameters. */
export async function streamFilter(sql: Sql, query: Record<string, string> = {}): Promise<StreamFilter> {
  const values = exportQuery.parse(query);
  const { activity: _rules, ...filter } = await filterOf(sql, { scope: EVERYTHING, expectations: {} }, values);
  return { ...filter, activity: values.activity };
}
