import { startEmbeddedPostgres } from '@wm/runtime';
import { PlainError } from '../plain-error.ts';
import type { Launch } from './kept-alive.ts';

/**
 * How to start the embedded PostgreSQL of a data folder. Its port is any free one at first and stays the same for the
 * rest of the run, so that services find a restarted server where it was.
 */
export function postgresLaunch(dataDir: string, say: (line: string) => void): Launch {
  let port = 0;
  return async () => {
    try {
      const server = await startEmbeddedPostgres({ dataDir, port, onLine: say });
      port = server.port;
      return {
        pid: server.pid,
        url: server.url,
        exited: server.exited.then(({ code, signal }) => (signal === null ? `exit code ${code}` : `signal ${signal}`)),
        stop: () => server.stop(),
      };
    } catch (error) {
      throw new PlainError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  };
}
