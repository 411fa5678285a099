/** What the global setup hands to the tests. */
interface Provided {
  /** The administrator's address of the test server; its database is the migrated template. */
  templateUrl: string;
  /** A Redis for tests, null where none could be had. */
  redisUrl: string | null;
  /** How many databases that Redis has. */
  redisDatabases: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    wm: Provided;
  }
}
