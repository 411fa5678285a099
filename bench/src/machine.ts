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
  readonly synchronousCommit: string;
}

export async function describeMachine(sql: Sql, loadBefore: number): Promise<Machine> {
  const [row] = await sql<[{ version: string; fsync: string; synchronousCommit: string }]>`
    SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
           current_setting('synchronous_commit') AS "synchronousCommit"`;
  return {
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    loadBefore,
    node: process.versions.node,
    postgres: row.version,
    fsync: row.fsync,
    synchronousCommit: row.synchronousCommit,
  };
}
