import { expect, test } from 'vitest';
import { workflowOf } from './population.ts';
import { addProjection, logged } from './workflow-rows.ts';
import type { Lines } from './workflow-rows.ts';

const population = { seed: 1, workflows: 10_000, days: 30, now: Date.UTC(2026, 8, 1) };

test('a population of ten thousand has runs of ten thousand events', () => {
  const events = logged(workflowOf(population, 2_500));
  const lines: Lines = new Map();
  addProjection(events, lines);
  expect(new Set(events.map(({ id }) => id)).size).toBe(10_002);
  expect(lines.get('workflows')).toHaveLength(1);
  expect(lines.get('workflows')![0]).toContain('completed');
  expect(lines.get('workflow_steps')).toHaveLength(5_000);
  expect(lines.get('step_attempts')).toHaveLength(5_000);
});

test('no event lies ahead of the present, and the last workflows have begun just now', () => {
  const newest = Array.from({ length: 100 }, (_, index) => workflowOf(population, population.workflows - 100 + index));
  const times = newest.flatMap((arrivals) =>
    arrivals.flatMap(({ events }) => events.map(({ timestamp }) => Date.parse(timestamp))),
  );
  expect(Math.max(...times)).toBeLessThanOrEqual(population.now);
  expect(Math.min(...times)).toBeGreaterThan(population.now - 86_400_000);
  expect(times.length).toBeGreaterThan(500);
});
