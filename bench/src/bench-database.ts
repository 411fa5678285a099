import type { Sql } from 'postgres';

/** A database of its own for each run: tables and indexes begin empty every time, and what was dirty before is written. */
export async function inNewDatabase<T>(admin: Sql, name: string, run: (url: string) => Promise<T>): Promise<T> {
  await admin`CHECKPOINT`;
  await admin`CREATE DATABASE ${admin(name)}`;
  try {
    const { host, port, user, pass } = admin.options;
    return await run(`postgres://${user}:${String(pass)}@${host[0]}:${port[0]}/${name}`);
  } finally {
    await admin`DROP DATABASE ${admin(name)} WITH (FORCE)`;
  }
}
