/**
 * Groups of like errors in a range of time, the most frequent first.
 *
 * The ranking needs next to nothing of all groups; everything else is read for those of the page.
 *
 * Reads, index, growth: see failure-parts.
 */
import type { Tx } from '../../client.ts';
import type { RollupRanges } from '../rollup-ranges.ts';
import * as part from './failure-parts.ts';
import { groupParts } from './failure-parts.ts';
import { madeOf, rangesOf, type FailureRange } from './failure-range.ts';
import { readErrorTrends } from './read-error-trends.ts';

export interface ErrorGroupRow extends RankedGroup {
  /** The minutes in which the first and the last failure of the range stand. */
  firstMinute: Date;
  lastMinute: Date;
  envs: string[];
  services: string[];
  workflowNames: string[];
  /** By part of the range, counted from 0, the one in which it begins; only parts in which there was one. */
  trend: ReadonlyMap<number, number>;
  /** Of the last failure. */
  lastEnv: string;
  lastService: string;
  lastName: string;
}

interface RankedGroup {
  errorGroup: string;
  count: number;
}

export interface AfterGroup {
  count: number;
  errorGroup: string;
}

/**
 * @param only any of these groups; empty: all
 * @param partMs how long the parts of a trend are; they begin at multiples of that since 1970
 */
export async function listErrorGroups(
  tx: Tx,
  range: FailureRange,
  only: readonly string[],
  after: AfterGroup | null,
  { limit, partMs }: { limit: number; partMs: number },
): Promise<ErrorGroupRow[]> {
  const made = await madeOf(tx, range);
  const ranges = rangesOf(range, made, null);
  const ranked = await rankGroups(tx, range, ranges, only, after, limit);
  if (ranked.length === 0) return [];
  const groups = ranked.map(({ errorGroup }) => errorGroup);
  const [details, trends] = await Promise.all([
    describeGroups(tx, range, ranges, groups),
    readErrorTrends(tx, range, rangesOf(range, made, partMs), groups, partMs),
  ]);
  const byGroup = new Map(details.map((row) => [row.errorGroup, row]));
  return ranked.map((group) => ({
    ...byGroup.get(group.errorGroup)!,
    ...group,
    trend: trends.get(group.errorGroup) ?? new Map<number, number>(),
  }));
}

function rankGroups(
  tx: Tx,
  range: FailureRange,
  ranges: RollupRanges,
  only: readonly string[],
  after: AfterGroup | null,
  limit: number,
) {
  const parts = groupParts(tx, range, ranges, { error_group: part.GROUP, count: part.COUNT }, only);
  return tx<RankedGroup[]>`
    SELECT error_group AS "errorGroup", count::bigint FROM (
      -- Exact up to 2^53, and a fifth of the time less than sum(bigint), which is a decimal.
      SELECT error_group, sum(count::float8) AS count FROM (${parts}) AS parts GROUP BY error_group
    ) AS groups
    ${after === null ? tx`` : tx`WHERE (-count, error_group) > (${-after.count}::float8, ${after.errorGroup})`}
    ORDER BY count DESC, error_group
    LIMIT ${limit}`;
}

const DETAILS = {
  error_group: part.GROUP,
  env: part.ENV,
  first_minute: part.FIRST,
  last_minute: part.LAST,
  services: part.SERVICES,
  workflow_names: part.NAMES,
  last_service: part.LAST_SERVICE,
  last_name: part.LAST_NAME,
};

/** In no particular order. */
function describeGroups(tx: Tx, range: FailureRange, ranges: RollupRanges, groups: readonly string[]) {
  const last = tx`ORDER BY last_minute DESC, env, last_service, last_name`;
  return tx<Omit<ErrorGroupRow, 'count' | 'trend'>[]>`
    WITH parts AS MATERIALIZED (${groupParts(tx, range, ranges, DETAILS, groups)}),
    -- Told apart by hash before they are sorted: each stands in every span of its group.
    of_services AS (
      SELECT error_group, array_agg(service ORDER BY service) AS services
      FROM (SELECT DISTINCT error_group, unnest(services) AS service FROM parts) AS each GROUP BY error_group
    ), of_names AS (
      SELECT error_group, array_agg(name ORDER BY name) AS workflow_names
      FROM (SELECT DISTINCT error_group, unnest(workflow_names) AS name FROM parts) AS each GROUP BY error_group
    ), of_groups AS (
      SELECT error_group, min(first_minute) AS first_minute, max(last_minute) AS last_minute,
        array_agg(DISTINCT env ORDER BY env) AS envs, (array_agg(env ${last}))[1] AS last_env,
        (array_agg(last_service ${last}))[1] AS last_service, (array_agg(last_name ${last}))[1] AS last_name
      FROM parts GROUP BY error_group
    )
    SELECT error_group AS "errorGroup", first_minute AS "firstMinute", last_minute AS "lastMinute", envs, services,
      workflow_names AS "workflowNames", last_env AS "lastEnv", last_service AS "lastService", last_name AS "lastName"
    FROM of_groups JOIN of_services USING (error_group) JOIN of_names USING (error_group)`;
}
