import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import './provided.ts';

export interface TestDatabase {
  url: string;
  /** Removes the database, open connections or not. */
  drop(): Promise<void>;
}

/**
 * A migrated database of its own, cloned from the template that the global setup made: tables of ours and of the queue,
 * no rows, no projection target but the code's own. One per test file, dropped in its afterAll.
 */
export function createTestDatabase(): Promise<TestDatabase> {
  return cloneTemplate(inject('wm').templateUrl);
}

/** The same for a global setup, which is told of the template by the one before it. */
export async function cloneTemplate(templateUrl: string): Promise<TestDatabase> {
  const template = new URL(templateUrl).pathname.slice(1);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(templateUrl, (admin) => admin`CREATE DATABASE ${admin(name)} TEMPLATE ${admin(template)}`);
  return {
    url: withDatabase(templateUrl, name),
    drop: () => administer(templateUrl, (admin) => admin`DROP DATABASE IF EXISTS ${admin(name)} WITH (FORCE)`),
  };
}

/** An empty database on the same server: for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const { templateUrl } = inject('wm');
  const name = `empty_${randomBytes(8).toString('hex')}`;
  await administer(templateUrl, (admin) => admin`CREATE DATABASE ${admin(name)}`);
  return {
    url: withDatabase(templateUrl, name),
    drop: () => administer(templateUrl, (admin) => admin`DROP DATABASE IF EXISTS ${admin(name)} WITH (FORCE)`),
  };
}

async function administer(url: string, work: (admin: postgres.Sql) => Promise<unknown>): Promise<void> {
  const admin = postgres(withDatabase(url, 'postgres'), { max: 1, onnotice: () => {}, fetch_types: false });
  try {
    await work(admin);
  } finally {
    await admin.end({ timeout: 5 });
  }
}

function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
