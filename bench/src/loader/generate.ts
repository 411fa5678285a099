/** Has several processes make the workflows and copy their rows, stretch by stretch in order of time. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GeneratorOrder, GeneratorReply, Stretch } from './generator-messages.ts';
import type { Progress } from './progress.ts';

export interface GenerateOptions extends GeneratorOrder {
  readonly generators: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Small enough that one process copies while the others make rows; large enough that a COPY is worth its start. */
const STRETCH_LENGTH = 400;

/** Resolves to the number of events. @throws where a process fails or the signal comes; all have ended then */
export async function generate(options: GenerateOptions): Promise<number> {
  const { population, generators, progress, signal } = options;
  let next = 0;
  let workflows = 0;
  let events = 0;
  const nextStretch = (): Stretch | null => {
    if (next >= population.workflows || signal.aborted) return null;
    const from = next;
    next = Math.min(from + STRETCH_LENGTH, population.workflows);
    return { from, to: next };
  };
  const children = Array.from({ length: generators }, startGenerator);
  try {
    await Promise.all(
      children.map((child) =>
        attend(child, options, nextStretch, (reply) => {
          workflows += reply.workflows;
          events += reply.events;
          if (reply.workflows > 0) progress.rows(workflows, events);
        }),
      ),
    );
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
  signal.throwIfAborted();
  return events;
}

function startGenerator(): ChildProcess {
  return fork(fileURLToPath(new URL('./generator.main.ts', import.meta.url)), {
    // Most of what it makes is gone a moment later: a large nursery saves a tenth of the time.
    execArgv: ['--conditions=source', '--import', 'tsx', '--max-semi-space-size=64'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Hands stretches to a generator until there are none. */
function attend(
  child: ChildProcess,
  { url, population, months }: GenerateOptions,
  nextStretch: () => Stretch | null,
  onDone: (reply: { workflows: number; events: number }) => void,
): Promise<void> {
  const order: GeneratorOrder = { url, population, months };
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const reply = message as GeneratorReply;
      if ('failed' in reply) return reject(new Error(`A generator failed: ${reply.failed}`));
      onDone(reply);
      child.send(nextStretch() ?? 'end');
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`A generator ended with code ${String(code)} before its work was done.`)),
    );
    child.send(order);
  });
}
