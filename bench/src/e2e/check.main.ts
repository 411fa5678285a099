/**
 * `npm run bench:check`: a quick run of bench:e2e whose ratios must not fall clearly below the recorded ones. Ratios of one
 * run, not times: a slow machine is slow for the baselines, too. Option --record writes them instead.
 * Exit code 0: they hold; 1: not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withServers } from '../servers.ts';
import { compareRatios, ratiosOf } from './compare-ratios.ts';
import type { Ratios } from './compare-ratios.ts';
import { summarise } from './e2e-report.ts';
import { e2eText } from './e2e-text.ts';
import { QUICK, runE2e } from './run-e2e.ts';

/** Below this share of what is recorded it is no chance any more. */
const SHARE = 0.75;
const RECORDED = new URL('../../recorded.json', import.meta.url);

const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } });

const report = await withServers(async (servers) => summarise(servers.machine, QUICK, await runE2e(QUICK, servers)));
process.stdout.write(`${e2eText(report)}\n`);
const measured = ratiosOf(report);
if (values.record) {
  writeFileSync(RECORDED, `${JSON.stringify(measured, null, 2)}\n`);
  process.stdout.write('Recorded in bench/recorded.json.\n');
} else {
  const comparisons = compareRatios(JSON.parse(readFileSync(RECORDED, 'utf8')) as Ratios, measured, SHARE);
  for (const { line } of comparisons) process.stdout.write(`${line}\n`);
  const holds = comparisons.every(({ ok }) => ok);
  process.stdout.write(
    holds
      ? 'The pipeline is as fast as recorded, beside its baselines.\n'
      : 'The pipeline has become slower beside its baselines. Look for the change that did it: `npm run bench:e2e` says which ' +
          'process takes the time. Where it is meant, record the new ratios with `npm run bench:check -- --record`.\n',
  );
  process.exitCode = holds ? 0 : 1;
}
