// Run by a test as a process of its own: starts PostgreSQL, says its process id, stops it when told to.
import { startEmbeddedPostgres } from '../src/embedded/postgres.ts';

const server = await startEmbeddedPostgres({ dataDir: process.argv[2]!, settings: { fsync: 'off' } });
process.once('message', () => {
  void server.stop().then(() => process.exit(0));
});
process.send?.({ pid: server.pid });
