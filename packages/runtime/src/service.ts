import { readEnvironment, type Environment } from './environment.ts';
import { createLogger, type Logger } from './logger.ts';
import { createRegistry, type Registry } from './metrics.ts';
import { startTracing, type Tracing } from './tracing.ts';

export interface ServiceContext {
  env: Environment;
  logger: Logger;
  registry: Registry;
  tracing: Tracing;
}

export interface RunningService {
  /** Where it listens; null where it does not. */
  url: string | null;
  /** Ends it in order: first what takes work in, last what it writes to. */
  stop(): Promise<void>;
}

/**
 * Flags of Node that every start of ingest is to carry, docker-compose.yml's too: they bound its heap, and with it the
 * memory of the process; see MEMORY_BUDGET_BYTES there. What is alive in it needs up to about 200 MB.
 */
const INGEST_NODE_FLAGS: readonly string[] = [
  '--max-old-space-size=256',
  '--max-semi-space-size=16',
  '--initial-old-space-size=128',
];

/**
 * The same for the worker: what a drain holds is nearly as much as the young generation that V8 makes by itself, so that
 * each collection copied half of it. With twice the room a worker takes 49 instead of 57 µs an event, and 30 to 50 MB more.
 * What is old may grow by three fifths before it is collected. Left to itself V8 let it lie at the full rate: 270 MB instead of 180.
 */
const WORKER_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=32', '--heap-growing-percent=60'];

/**
 * The same for the api: an answer about a run of ten thousand events is 30 MB of short-lived objects. With four times the
 * room their collection takes 15 to 35 ms of processor time less, of 130 to 270.
 */
const API_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=64'];

/** The flags of Node that a service is to be started with. */
export function nodeFlags(service: string): readonly string[] {
  if (service === 'ingest') return INGEST_NODE_FLAGS;
  if (service === 'worker') return WORKER_NODE_FLAGS;
  return service === 'api' ? API_NODE_FLAGS : [];
}

const STOP_BOUND_MS = 10_000;

/**
 * The whole life of a service's process: reads the environment, starts, says `{ type: 'ready', url }` to a parent that
 * forked it, and stops in order on SIGTERM, SIGINT or when that parent has died, within ten seconds.
 *
 * Exit codes: 0 after a stop in order; 1 where the start failed (one clear line on stderr), where stopping failed or
 * took too long, or after an error that nobody caught. The supervisor starts it again; what it had not finished is still
 * in PostgreSQL.
 *
 * The promise never resolves; the process ends.
 */
export async function runService(
  name: string,
  start: (context: ServiceContext) => Promise<RunningService>,
): Promise<void> {
  const stopAsked = stopSignal();
  let context: ServiceContext;
  let service: RunningService;
  try {
    const env = readEnvironment();
    const logger = createLogger(name, env.logLevel);
    context = { env, logger, registry: createRegistry(name), tracing: await startTracing(name, logger) };
    dieOfTheUncaught(context.logger);
    service = await startUnlessStopped(start(context), stopAsked);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  const { logger, tracing } = context;
  logger.info({ url: service.url }, 'ready');
  process.send?.({ type: 'ready', url: service.url });
  const reason = await stopAsked;
  logger.info({ reason }, 'stopping');
  process.exit(await stopInTime(service, tracing, logger));
}

/** Resolves with why to stop. Further signals change nothing: Ctrl-C reaches a child twice, directly and by its parent. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
    process.on('disconnect', () => resolve('the parent process has gone'));
  });
}

/** Asked to stop while it starts, a service has taken no work in yet: there is nothing to end in order. */
async function startUnlessStopped(
  starting: Promise<RunningService>,
  stopAsked: Promise<string>,
): Promise<RunningService> {
  const service = await Promise.race([starting, stopAsked.then(() => null)]);
  if (service === null) process.exit(0);
  return service;
}

async function stopInTime(service: RunningService, tracing: Tracing, logger: Logger): Promise<number> {
  const bound = setTimeout(() => {
    logger.error(
      `stopping took over ${STOP_BOUND_MS} ms, ending at once; what was not finished is done after the next start`,
    );
    process.exit(1);
  }, STOP_BOUND_MS);
  try {
    await service.stop();
    await tracing.stop();
    logger.info('stopped');
    return 0;
  } catch (error) {
    logger.error({ error }, 'stopping failed; what was not finished is done after the next start');
    return 1;
  } finally {
    clearTimeout(bound);
  }
}

function dieOfTheUncaught(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ error }, 'an error that nobody caught; ending, to be started again');
    process.exit(1);
  });
  process.on('unhandledRejection', (error) => {
    // A client library that loses its connection while it connects leaves such a promise behind. It connects again.
    if (isLostConnection(error)) {
      logger.warn({ error }, 'a connection was lost while it was being made; it is made again');
      return;
    }
    logger.fatal({ error }, 'a rejection that nobody caught; ending, to be started again');
    process.exit(1);
  });
}

function isLostConnection(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /^(CONNECTION_|ECONN|EPIPE|ETIMEDOUT|57P0)/.test(String(error.code))
  );
}
