/** One run as a page of text. */
import type { Attempt, Step } from '@wm/client';
import { inLine, printable } from '../printable.ts';
import { story, type Detail } from './story.ts';
import { stateWord } from './run-text.ts';
import { table, type Column } from './table.ts';
import { instant, maybeLength, shortInstant, staleness } from './words.ts';

const STEP_COLUMNS: readonly Column<Step>[] = [
  { head: 'STEP', cell: ({ stepName }) => stepName },
  {
    head: 'STATE',
    cell: ({ status, inferred, cached }) => `${status}${inferred ? '?' : ''}${cached ? ', from cache' : ''}`,
  },
  { head: 'STARTED', cell: ({ startedAt }) => shortInstant(startedAt) },
  { head: 'TOOK', cell: ({ totalDurationMs, durationMs }) => maybeLength(totalDurationMs ?? durationMs), right: true },
  { head: 'ATTEMPTS', cell: attemptsOf, right: true },
  { head: 'ERROR', cell: ({ errorMessage }) => errorMessage ?? '' },
];

/** @param width where lines of tables are cut; undefined: never */
export function detailText(detail: Detail, width: number | undefined): string {
  const { workflow, steps, sleeps, runs, freshness, asOf } = detail;
  const { run, executionId, startedAt } = workflow;
  const newest = runs[0]?.run ?? run;
  const head = [
    [workflow.workflowName, workflow.workflowId, stateWord(workflow)].map(inLine).join('  '),
    inLine(
      `${workflow.env}/${workflow.serviceKey}, run ${run} of ${newest}${executionId === null ? '' : `, execution ${executionId}`}`,
    ),
    `started ${startedAt === null ? 'at a time that is not known' : instant(startedAt)}, ${workflow.eventCount} events`,
  ];
  const sentences = story(detail).map((sentence) => `${printable(sentence)}\n`);
  const slept = sleeps.filter(({ completed }) => completed).length;
  const parts = [
    `${head.join('\n')}\n`,
    sentences.join(''),
    steps.length === 0 ? '' : table(steps, STEP_COLUMNS, width),
    sleeps.length === 0
      ? ''
      : `${sleeps.length} ${sleeps.length === 1 ? 'sleep' : 'sleeps'}, ${slept} reported to have ended\n`,
    errorText(detail),
    `${staleness(freshness)}as of ${asOf}\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function attemptsOf({ currentAttempt, maxAttempts }: Step): string {
  return `${currentAttempt}${maxAttempts === null ? '' : `/${maxAttempts}`}`;
}

/** Every error with its stack, each once: the run's own, then those of attempts. */
function errorText({ workflow, steps }: Detail): string {
  const errors = [
    { where: 'Error', message: workflow.errorMessage, stack: workflow.errorStack },
    ...steps.flatMap(({ attempts }) =>
      attempts.map((attempt) => ({
        where: placeOf(attempt),
        message: attempt.errorMessage,
        stack: attempt.errorStack,
      })),
    ),
  ];
  const seen = new Set<string>();
  return errors
    .flatMap(({ where, message, stack }) => {
      const text = stack ?? message;
      if (text === null || seen.has(text)) return [];
      seen.add(text);
      const hasMessage = stack === null || (message !== null && stack.includes(message));
      const whole = hasMessage || message === null ? text : `${message}\n${text}`;
      return [`${inLine(where)}\n${printable(whole).replaceAll(/^/gm, '  ')}\n`];
    })
    .join('\n');
}

function placeOf({ stepName, attemptNumber, result }: Attempt): string {
  return `Attempt ${attemptNumber} of step ${stepName}: ${result}`;
}
