/** Makes faults happen on the real processes. */
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECTION_VERSION } from '@wm/projection';
import { inTransaction, migrate } from '@wm/store';
import type { Fault } from './schedule.ts';
import { HARNESS } from './system.ts';
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
  const endsServer = fault.kind === 'crash postgres' || fault.kind === 'kill backend';
  await whileWritersWait(system, table, work, endsServer).catch(() => {});
  return heal ?? strikeNow(system, fault);
}

/**
 * Holds a table so that nobody can write it, and runs the work once some of those who want to are waiting for it: they
 * are in the middle of their transactions then.
 *
 * @param endsServer whether the work ends PostgreSQL
 * @throws where PostgreSQL is away, or goes by the work
 */
async function whileWritersWait(
  { sql }: System,
  table: string,
  work: () => Promise<void>,
  endsServer: boolean,
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
    if (endsServer) await new Promise<never>(() => {});
  });
}

async function strikeNow(system: System, fault: Fault): Promise<Heal> {
  const { redis, proxy, next } = system;
  const targets = fault.targets.map((name) => system.services.get(name)!);
  switch (fault.kind) {
    case 'kill worker':
    case 'kill ingest':
      for (const target of targets) target.kill(fault.forMs);
      return async () => void (await Promise.all(targets.map((target) => target.ready())));
    case 'stop worker':
    case 'stop ingest':
      for (const target of targets) target.stop();
      return async () => {
        for (const target of targets)
          if (fault.thenKill) target.kill();
          else target.goOn();
      };
    case 'step clock':
      for (const target of targets) target.setClock(fault.stepMs);
      return async () => {
        for (const target of targets) target.setClock(0);
      };
    case 'cut answers':
      proxy.cutShare = CUT_SHARE;
      return async () => void (proxy.cutShare = 0);
    case 'roll back':
      await setVersion(system, next.version + 1);
      return () => setVersion(system, PROJECTION_VERSION);
    case 'deploy':
      await setVersion(system, next.version);
      return async () => {
        system.foldedByNext += await countRunsOf(system, next.version);
        await setVersion(system, PROJECTION_VERSION);
      };
    case 'flush redis':
      await redis?.flush();
      return nothing;
    case 'restart redis':
    case 'redis away':
      await redis?.kill();
      return async () => redis?.start();
    case 'stop redis':
      redis?.stop();
      return async () => redis?.goOn();
    case 'crash postgres':
    case 'kill backend':
    case 'stop backend':
    case 'stop postgres':
    case 'full disk':
      return strikePostgres(system, fault.kind);
  }
}

type PostgresFault = 'crash postgres' | 'kill backend' | 'stop backend' | 'stop postgres' | 'full disk';

/** What is taken back may have ended the whole server: it is back when it answers. */
async function strikePostgres({ postgres, sql }: System, kind: PostgresFault): Promise<Heal> {
  const comeBack = (): Promise<void> => postgres.comeBack(() => sql`SELECT 1`.then(Boolean, () => false));
  const goOn: Heal = async () => {
    postgres.goOn();
    await comeBack();
  };
  switch (kind) {
    case 'crash postgres':
      await postgres.crash();
      return comeBack;
    case 'kill backend': {
      const [busiest] = await backends(sql);
      if (busiest !== undefined) process.kill(busiest, 'SIGKILL');
      return comeBack;
    }
    case 'stop backend':
      postgres.stopProcesses((await backends(sql)).slice(0, 1));
      return goOn;
    case 'stop postgres':
      postgres.stopProcesses([postgres.pid, ...(await allProcesses(sql))]);
      return goOn;
    case 'full disk':
      postgres.fillDisk();
      return async () => {
        postgres.freeDisk();
        await comeBack();
      };
  }
}

/** First those that serve our services, those in front that wait in the middle of a transaction, then others in one. */
async function backends(sql: System['sql']): Promise<number[]> {
  const rows = await sql<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'wm-%'
    ORDER BY application_name = ${HARNESS}, wait_event_type IS NOT DISTINCT FROM 'Lock' DESC, xact_start IS NOT NULL DESC, pid`;
  return rows.map(({ pid }) => pid);
}

async function allProcesses(sql: System['sql']): Promise<number[]> {
  const rows = await sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity`;
  return rows.map(({ pid }) => pid);
}

/** 0 also where PostgreSQL is away at this moment. */
async function countRunsOf({ sql }: System, version: number): Promise<number> {
  const count = sql<[{ runs: number }]>`SELECT count(*) AS runs FROM workflows WHERE projection_version = ${version}`;
  return count.then(([{ runs }]) => runs).catch(() => 0);
}

/** The migrate step of a deploy, or of a roll back. PostgreSQL may be away at this moment. */
async function setVersion({ postgres }: System, projectionVersion: number): Promise<void> {
  for (let triesLeft = 300; ; triesLeft -= 1) {
    try {
      await migrate(postgres.url, { projectionVersion });
      return;
    } catch (error) {
      if (triesLeft === 0) throw error;
      await pause(100);
    }
  }
}
