/** Bull Board at /queues: the wake-ups of BullMQ, on either backend, to look at and not to change. */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import type { Queue } from 'bullmq';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { serveStatic, type Logger } from '@wm/runtime';
import type { ApiEnv } from '../http/api-env.ts';
import type { Door } from '../http/door.ts';
import { problem, ProblemError } from '../http/problem.ts';
import { requireWholeKey } from '../http/whole-key.ts';
import { below } from '../web/base-path.ts';

export const BOARD_PATH = '/queues';

export interface QueueBoardOptions {
  door: Door;
  /** Connects to the queue, and closes what it gave when the service ends. @throws where it cannot be reached */
  openQueue: () => Promise<Queue>;
  logger: Logger;
}

const UNREACHABLE =
  'The queue does not answer, so it cannot be shown. No event is lost: the sweeper of the workers finds what waits. Look at REDIS_URL and its server, and at /v1/pipeline.';

/**
 * Mounts the board. It connects when somebody first looks, and again after a failure.
 *
 * It shows names and ids of workflows of every environment, so that it wants a key of the scope operate without a limit.
 */
export function addQueueBoard(app: OpenAPIHono<ApiEnv>, { door, openQueue, logger }: QueueBoardOptions): void {
  // Its pages name the path that browsers know; the routes stand without the base path.
  const { basePath } = door;
  const files: typeof serveStatic = (options) =>
    serveStatic({
      ...options,
      rewriteRequestPath: (file, c) => options?.rewriteRequestPath?.(below(basePath, file), c) ?? file,
    });
  const adapter = new HonoAdapter(files);
  adapter.setBasePath(below(basePath, BOARD_PATH));
  const board = createBullBoard({
    queues: [],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'workflow-monitor', showWorkers: false } },
  });
  // The board's own answer shows the stack of the error.
  adapter.setErrorHandler((error) => {
    logger.warn({ error }, 'The queue cannot be shown on its board');
    throw new ProblemError(503, UNREACHABLE);
  });
  const open = async (): Promise<void> => {
    const queue = await openQueue();
    board.replaceQueues([new BullMQAdapter(queue, { readOnlyMode: true })]);
  };
  let opening: Promise<void> | undefined;
  const connect = async (): Promise<void> => {
    opening ??= open();
    try {
      await opening;
    } catch (error) {
      opening = undefined;
      logger.warn({ error }, 'The queue cannot be reached for its board');
      throw new ProblemError(503, UNREACHABLE);
    }
  };

  const path = `${BOARD_PATH}/*`;
  app.use(path, requireWholeKey(door, { scope: 'operate', forBrowsers: true }));
  app.use(path, async (c, next) => {
    // Before the board's own check: none of its routes that change something is ever reached.
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      c.header('allow', 'GET, HEAD');
      return problem(c, 405, 'The board of the queue only shows it. Nothing was changed.');
    }
    if (c.req.path.startsWith(`${BOARD_PATH}/api/`)) await connect();
    await next();
    c.header('cache-control', 'no-store');
  });
  app.route(BOARD_PATH, adapter.registerPlugin());
}
