/**
 * Workflows that change once a second, so that it can be told how long a change takes to reach who follows. Half a
 * dozen of their ticks would do for a clock; there is one for each environment and service, so that every filter shows some.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openConnection } from '../pipeline/connection.ts';

/** One that goes on and on, or a row of workflows of which each fails at once. */
export interface Mark {
  readonly kind: 'running' | 'failing';
  readonly env: string;
  readonly serviceKey: string;
}

const ENVIRONMENTS = ['production', 'staging', 'development'];
const SERVICES = ['order-service', 'payment-service', 'onboarding-service', 'notification-service', 'inventory-sync'];

export const MARKS: readonly Mark[] = ENVIRONMENTS.flatMap((env) => [
  ...SERVICES.map((serviceKey) => ({ kind: 'running' as const, env, serviceKey })),
  { kind: 'failing' as const, env, serviceKey: SERVICES[0]! },
]);

const EVERY_MS = 1_000;

/** The workflow of a running mark, whatever its tick. */
export function markedWorkflow(mark: number): string {
  return `mark-${mark}-runs`;
}

/** Which tick of which mark a run shows; null: it is none of them. */
export function tickOf(run: { workflowId: string; currentStep: string | null }): { mark: number; tick: number } | null {
  const text = run.workflowId.endsWith('-runs') ? `${run.workflowId} ${run.currentStep ?? ''}` : run.workflowId;
  const [, mark, tick] = /^mark-(\d+)-(?:runs )?tick-(\d+)$/.exec(text) ?? [];
  return mark === undefined ? null : { mark: Number(mark), tick: Number(tick) };
}

/** The events of one tick, as its client sends them. */
function eventsOf(mark: number, tick: number): object[] {
  const { kind, env, serviceKey } = MARKS[mark]!;
  const workflowId = kind === 'running' ? markedWorkflow(mark) : `mark-${mark}-tick-${tick}`;
  const now = Date.now();
  const event = (nth: number, type: string, body: object): object => ({
    eventId: randomUUID(),
    timestamp: new Date(now + nth).toISOString(),
    type,
    workflowId,
    workflowName: 'mark',
    env,
    serviceKey,
    ...body,
  });
  const start = event(0, 'workflow.started', { input: { mark: 'yes' } });
  const step = (nth: number) => ({ stepName: `tick-${nth}`, attempt: 1 });
  if (kind === 'failing') return [start, event(1, 'workflow.failed', { error: { message: 'It fails every second' } })];
  const before = tick === 0 ? start : event(0, 'step.completed', { ...step(tick - 1), durationMs: EVERY_MS });
  return [before, event(1, 'step.started', step(tick))];
}

/** Milliseconds since the epoch, with fractions: the same in all processes of a machine. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Changes every mark once a second, each at its own moment of the second. Resolves to the times of the answers
 * (nowMs), by mark and tick.
 *
 * @throws where an answer is not 202
 */
export async function sendMarks(ingestUrl: string, ticks: number): Promise<number[][]> {
  const { hostname, port } = new URL(ingestUrl);
  const begun = performance.now();
  return Promise.all(
    MARKS.map(async (_, mark) => {
      const connection = await openConnection(hostname, Number(port));
      const acknowledged: number[] = [];
      for (let tick = 0; tick < ticks; tick += 1) {
        const due = begun + (tick + mark / MARKS.length) * EVERY_MS;
        await pause(Math.max(0, due - performance.now()));
        const status = await connection.post(JSON.stringify({ events: eventsOf(mark, tick) }));
        if (status !== 202) throw new Error(`The ingest service answered ${status}: this run measures nothing.`);
        acknowledged.push(nowMs());
      }
      connection.close();
      return acknowledged;
    }),
  );
}
