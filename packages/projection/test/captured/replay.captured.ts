/**
 * Replays every captured file through the fold and compares the rows with the ones written out in `expected/`.
 * Needs CAPTURED_FIXTURES, the folder of the captured files; run with `npx vitest run --config vitest.captured.config.ts`.
 */
import { comparePositions } from '@wm/events';
import { emptyWorkflow, foldEvents } from '@wm/projection';
import { describe, expect, test } from 'vitest';
import { actualRun, differences } from './compare.ts';
import { EXPECTED } from './expected/index.ts';
import { byWorkflow, capturedFiles, capturedFoldEvent, capturedRequests } from './requests.ts';

const folder = process.env['CAPTURED_FIXTURES'];
if (folder === undefined || folder === '') {
  throw new Error(
    'CAPTURED_FIXTURES is not set: nothing was replayed. Set it to the folder of the captured *.jsonl files.',
  );
}

test('every captured file has expected rows', () => {
  expect(capturedFiles(folder)).toEqual(Object.keys(EXPECTED).sort());
});

describe.each(Object.entries(EXPECTED))('%s', (file, workflows) => {
  const captured = byWorkflow(capturedRequests(folder, file));

  test('holds the expected workflows', () => {
    const executionIds = [...captured.values()].map((events) => events[0]?.executionId);
    expect(new Set(executionIds)).toEqual(new Set(workflows.map((workflow) => workflow.executionId)));
    expect(executionIds).toHaveLength(workflows.length);
  });

  test('gives the expected rows', () => {
    const found = workflows.flatMap((workflow) => {
      const events = [...captured.values()].find((list) => list[0]?.executionId === workflow.executionId) ?? [];
      const sorted = events.map(capturedFoldEvent).sort(comparePositions);
      const { runs } = foldEvents(emptyWorkflow(), sorted);
      return differences(workflow, runs.map(actualRun)).map((line) => `${workflow.executionId}: ${line}`);
    });
    expect(found).toEqual([]);
  });
});
