/** What is attacked: the real ingest service and a real worker, each a process of its own, on a real database. */
import { readFileSync } from 'node:fs';
import { createSql } from '@wm/store';
import type { Sql } from '@wm/store';
import { startServiceProcess } from '@wm/testkit';
import type { ServiceProcess } from '@wm/testkit';

export interface FuzzSystem {
  sql: Sql;
  port: number;
  /** Why the services are not what they were at the start, or null: a process that died must not go unseen. */
  problem(): string | null;
  /** Resident memory of ingest, in bytes: now, and the most that it ever had. */
  memory(): Promise<{ now: number; peak: number }>;
  stop(): Promise<void>;
}

/** The services bound it to ten seconds themselves, unless something holds up their event loop. */
const STOPS_WITHIN_MS = 15_000;

/**
 * @param databaseUrl a migrated database of its own
 * @param redisUrl null: the queue lives in the database
 */
export async function startSystem(databaseUrl: string, redisUrl: string | null): Promise<FuzzSystem> {
  const services: Record<string, ServiceProcess> = {};
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(services).map((service) => service.stop()));
    await sql.end({ timeout: 1 });
  };
  const sql = createSql(databaseUrl, { applicationName: 'ingest-fuzz', max: 4 });
  try {
    // A process group of its own: Ctrl-C ends the fuzzer, and the fuzzer ends these. Whatever one calls an error is a finding.
    const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl ?? '', LOG_LEVEL: 'error' };
    const options = { detached: true, stopsWithinMs: STOPS_WITHIN_MS };
    for (const app of ['ingest', 'worker'] as const) services[app] = await startServiceProcess(app, env, options);
  } catch (error) {
    await stop();
    throw error;
  }
  const ingest = services['ingest']!;
  let peak = 0;
  return {
    sql,
    port: Number(new URL(ingest.url).port),
    problem: () =>
      Object.entries(services)
        .map(([app, service]) => problemOf(app, service))
        .filter((problem) => problem !== null)
        .join(' ') || null,
    async memory() {
      const { now, most } =
        residentBytes(ingest.pid) ??
        (await residentByMetrics(ingest.url).catch(() => ({ now: 0, most: 0 }))); /* it has died */
      peak = Math.max(peak, most);
      return { now, peak };
    },
    stop,
  };
}

function problemOf(app: string, service: ServiceProcess): string | null {
  const complaints = service.output().slice(-8_000);
  if (service.ending() !== null) return `The ${app} died (${service.ending()}). It last said: ${complaints}`;
  return complaints === '' ? null : `The ${app} logged an error: ${complaints}`;
}

/** Linux keeps the highest value itself, so that no peak slips between two looks. */
function residentBytes(pid: number): { now: number; most: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)![1]);
    return { now: kilobytes('VmRSS') * 1024, most: kilobytes('VmHWM') * 1024 };
  } catch {
    return null;
  }
}

async function residentByMetrics(url: string): Promise<{ now: number; most: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const now = Number(/^process_resident_memory_bytes\S* (\S+)$/m.exec(text)?.[1] ?? 0);
  return { now, most: now };
}
