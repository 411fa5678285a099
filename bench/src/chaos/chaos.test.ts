import { hasRedisServer } from '@wm/testkit';
import { expect, onTestFailed, test } from 'vitest';
import { runChaos } from './run.ts';
import type { Backend } from './schedule.ts';

// Where no Redis can be had the testkit says so, and with CI set it is an error.
const backends: Backend[] = hasRedisServer() ? ['postgres', 'redis'] : ['postgres'];

test.each(backends)(
  'a short run with the queue on %s ends with a clean ledger',
  async (backend) => {
    const lines: string[] = [];
    onTestFailed(() => console.error(lines.join('\n')));
    const report = await runChaos({
      seed: 7,
      lengthMs: 30_000,
      backend,
      rate: 100,
      broken: null,
      say: (line) => lines.push(line),
      signal: new AbortController().signal,
    });
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.faults.length).toBeGreaterThan(5);
    expect(report.acknowledged).toBeGreaterThan(1_000);
    expect(report.rejected).toBeGreaterThan(0);
  },
  300_000,
);
