/** What the clients of the stream follow, and which runs that shows: the answer by hand, from the rows of the database. */
import type { Sql } from '@wm/store';
import { MARKS, markedWorkflow, type Mark } from './marks.ts';

export interface StoredRun {
  readonly id: string;
  readonly env: string;
  readonly serviceKey: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly status: string;
  /** What a client must have been told of it last, see stateOf. */
  readonly state: string;
}

export interface Question {
  readonly name: string;
  /** For the stream and for the list. */
  readonly query: string;
  readonly shows: (run: StoredRun) => boolean;
  /** Which marks it shows; by their place in MARKS. */
  readonly marks: readonly number[];
}

/** A run as a client knows it. Another state is another text. */
export function stateOf(run: { status: string; completedStepCount: number; updatedAt: string }): string {
  return `${run.status}, ${run.completedStepCount} steps, ${run.updatedAt}`;
}

/** Every run since then, as it is now. */
export async function readRuns(sql: Sql, since: Date): Promise<StoredRun[]> {
  const rows = await sql<(Omit<StoredRun, 'state'> & { completedStepCount: number; updatedAt: Date })[]>`
    SELECT id, env, service_key AS "serviceKey", workflow_id AS "workflowId", workflow_name AS "workflowName", status,
           completed_step_count AS "completedStepCount", updated_at AS "updatedAt"
    FROM workflows WHERE sort_at >= ${since}`;
  return rows.map((row) => ({ ...row, state: stateOf({ ...row, updatedAt: row.updatedAt.toISOString() }) }));
}

const KINDS: readonly { readonly name: string; readonly share: number; readonly questions: readonly Question[] }[] = [
  kind('everything', 0.1, [
    question(
      '',
      () => true,
      () => true,
    ),
  ]),
  kind(
    'an environment',
    0.25,
    perEnvironment((env) => question(`&env=${env}`, inEnv(env), inEnv(env))),
  ),
  kind(
    'a service',
    0.2,
    perService((key) => question(`&service=${key}`, ofService(key), ofService(key))),
  ),
  kind('two services of an environment', 0.1, [
    question(
      '&env=staging&service=payment-service&service=inventory-sync',
      (run) => inEnv('staging')(run) && (ofService('payment-service')(run) || ofService('inventory-sync')(run)),
      (mark) => inEnv('staging')(mark) && (ofService('payment-service')(mark) || ofService('inventory-sync')(mark)),
    ),
  ]),
  kind('what is under way', 0.1, [
    question('&status=running&status=paused', ({ status }) => status === 'running' || status === 'paused', isRunning),
  ]),
  kind('failures', 0.1, [
    question(
      '&status=failed',
      ({ status }) => status === 'failed',
      ({ kind: is }) => is === 'failing',
    ),
  ]),
  kind('a value of the input', 0.05, [
    question(
      '&tag=mark%3Dyes',
      ({ workflowName }) => workflowName === 'mark',
      () => true,
    ),
  ]),
  kind(
    'one workflow',
    0.1,
    MARKS.flatMap((mark, place) => (isRunning(mark) ? [ofWorkflow(place)] : [])),
  ),
];

/**
 * What each of so many clients follows: shares of everything that views ask for.
 *
 * @param since in the query of each, so that what was there before is out of the picture
 */
export function questionsFor(clients: number, since: Date): Question[] {
  const asked: Question[] = [];
  for (const [place, { share, questions }] of KINDS.entries()) {
    const left = clients - asked.length;
    const count = place === KINDS.length - 1 ? left : Math.min(left, Math.max(1, Math.round(share * clients)));
    for (let nth = 0; nth < count; nth += 1) {
      const chosen = questions[nth % questions.length]!;
      asked.push({ ...chosen, query: `?since=${since.toISOString()}${chosen.query}` });
    }
  }
  return asked;
}

function kind(name: string, share: number, questions: readonly Question[]) {
  return { name, share, questions: questions.map((each) => ({ ...each, name })) };
}

function question(
  query: string,
  shows: Question['shows'],
  showsMark: (mark: Mark, place: number) => boolean,
): Question {
  const marks = MARKS.flatMap((mark, place) => (showsMark(mark, place) ? [place] : []));
  return { name: '', query, shows, marks };
}

function ofWorkflow(place: number): Question {
  const id = markedWorkflow(place);
  return question(
    `&search=${id}`,
    ({ workflowId }) => workflowId === id,
    (_, other) => other === place,
  );
}

function perEnvironment(make: (env: string) => Question): Question[] {
  return [...new Set(MARKS.map(({ env }) => env))].map(make);
}

function perService(make: (serviceKey: string) => Question): Question[] {
  return [...new Set(MARKS.map(({ serviceKey }) => serviceKey))].map(make);
}

function inEnv(name: string): (of: { readonly env: string }) => boolean {
  return ({ env }) => env === name;
}

function ofService(name: string): (of: { readonly serviceKey: string }) => boolean {
  return ({ serviceKey }) => serviceKey === name;
}

function isRunning(mark: Mark): boolean {
  return mark.kind === 'running';
}
