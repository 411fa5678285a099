import os from 'node:os';
import type { Sql } from 'postgres';

/** What a figure belongs to. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  /** Processes that wanted to run in the minute before: well above 0 where the machine had other work. */
  readonly loadBefore: number;
  readonly node: string;
  readonly postgres: string;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
}

export async function describeMachine(sql: Sql, loadBefore: number): Promise<Machine> {
  const [row] = await sql<[Record<'version' | 'fsync' | 'fullPageWrites' | 'synchronousCommit', string>]>`
    SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
           current_setting('full_page_writes') AS "fullPageWrites",
           current_setting('synchronous_commit') AS "synchronousCommit"`;
  return {
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    loadBefore,
    node: process.versions.node,
    postgres: row.version,
    fsync: row.fsync,
    fullPageWrites: row.fullPageWrites,
    synchronousCommit: row.synchronousCommit,
  };
}

/** One line for people. */
export function describedMachine(machine: Machine): string {
  return (
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, Node ${machine.node}, PostgreSQL ${machine.postgres}, ` +
    `fsync ${machine.fsync}, full_page_writes ${machine.fullPageWrites}, synchronous_commit ${machine.synchronousCommit}, ` +
    `load before ${machine.loadBefore.toFixed(1)}`
  );
}
