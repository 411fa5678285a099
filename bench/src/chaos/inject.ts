/** Makes faults happen on the real processes. */
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECTION_VERSION } from '@wm/projection';
import { inTransaction } from '@wm/store';
import type { Fault } from './schedule.ts';
import type { System } from './system.ts';

/** Takes a fault back; nothing to do where it passes by itself. */
export type Heal = () => Promise<void>;

const CUT_SHARE = 0.5;
/** So many waiting transactions are as good as certainly on all three workers, or on both ingest services. */
const WRITERS = 4;
/** The traffic brings them in less. Longer than this nobody is to be held up. */
const WAIT_FOR_WRITERS_MS = 1_500;
const nothing: Heal = async () => {};

/** Makes the fault happen. Resolves to what takes it back, as soon as it has struck. */
export async function strike(system: System, fault: Fault): Promise<Heal> {
  if (!fault.midway) return strikeNow(system, fault);
  let heal: Heal | undefined;
  const table = fault.kind.endsWith('ingest') ? 'workflow_events' : 'workflows';
  const work = async (): Promise<void> => void (heal = await strikeNow(system, fault));
  await whileWritersWait(system, table, work, fault.kind === 'crash postgres').catch(() => {});
  return heal ?? strikeNow(system, fault);
}

/**
 * Holds a table so that nobody can write it, and runs the work once some of those who want to are waiting for it: they
 * are in the middle of their transactions then.
 *
 * @param isCrash whether the work ends PostgreSQL
 * @throws where PostgreSQL is away, or goes by the work
 */
async function whileWritersWait(
  { sql }: System,
  table: string,
  work: () => Promise<void>,
  isCrash: boolean,
): Promise<void> {
  await inTransaction(sql, async (tx) => {
    await tx`LOCK TABLE ${tx(table)} IN SHARE MODE`;
    const until = performance.now() + WAIT_FOR_WRITERS_MS;
    while (performance.now() < until) {
      const [row] = await tx<[{ waiting: number }]>`
        SELECT count(DISTINCT pid) AS waiting FROM pg_locks WHERE relation = ${table}::regclass AND NOT granted`;
      if (row.waiting >= WRITERS) break;
      await pause(10);
    }
    await work();
    // The client library dies of a commit on a connection that has gone; it ends the transaction itself when it notices.
    if (isCrash) await new Promise<never>(() => {});
  });
}

async function strikeNow(system: System, fault: Fault): Promise<Heal> {
  const { postgres, redis, proxy } = system;
  const targets = fault.targets.map((name) => system.services.get(name)!);
  switch (fault.kind) {
    case 'kill worker':
    case 'kill ingest':
      for (const target of targets) target.kill();
      return nothing;
    case 'stop worker':
    case 'stop ingest':
      for (const target of targets) target.stop();
      return async () => {
        for (const target of targets)
          if (fault.thenKill) target.kill();
          else target.goOn();
      };
    case 'crash postgres':
      await postgres.crash();
      return () => postgres.startAgain();
    case 'cut answers':
      proxy.cutShare = CUT_SHARE;
      return async () => void (proxy.cutShare = 0);
    case 'roll back':
      await setVersion(system, PROJECTION_VERSION + 1);
      return () => setVersion(system, PROJECTION_VERSION);
    case 'flush redis':
      await redis?.flush();
      return nothing;
    case 'restart redis':
    case 'redis away':
      await redis?.kill();
      return async () => redis?.start();
  }
}

/** PostgreSQL may be away at this moment. */
async function setVersion({ sql }: System, version: number): Promise<void> {
  for (let triesLeft = 100; ; triesLeft -= 1) {
    try {
      await sql`UPDATE projection_target SET version = ${version}`;
      return;
    } catch (error) {
      if (triesLeft === 0) throw error;
      await pause(100);
    }
  }
}
