import { parseArgs } from 'node:util';
import { PlainError } from '../plain-error.ts';
import { version } from '../version.ts';
import { startSettings } from '../start/settings.ts';
import { watchSource } from '../start/source-watch.ts';
import { startedText } from '../start/started-text.ts';
import { Supervisor } from '../start/supervisor.ts';

/** One Ctrl-C can arrive more than once: from the terminal, and passed on by npm. */
const SAME_CTRL_C_MS = 1_000;

/** `wm start`: the whole system until it is interrupted. Resolves to the exit code. */
export async function startCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      workers: { type: 'string', default: '1' },
      verbose: { type: 'boolean', default: false },
      watch: { type: 'boolean', default: false },
    },
  });
  const settings = startSettings({
    workers: workerCount(values.workers),
    verbose: values.verbose,
    watch: values.watch,
  });
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const begun = performance.now();
  const supervisor = new Supervisor(settings, say);
  const interrupt = interruptSignal(supervisor, say);
  let exitCode = 0;
  process.on('uncaughtException', (error) => {
    // Whatever went wrong here, the processes still have to end in order.
    process.stderr.write(`An error that nobody caught; stopping everything. ${error.stack ?? error.message}\n`);
    exitCode = 1;
    process.emit('SIGTERM');
  });

  say(`Starting workflow-monitor ${version()}`);
  try {
    const addresses = await supervisor.start(interrupt);
    const embedded = settings.databaseUrl === null;
    say(startedText({ addresses, embedded, auth: settings.auth, seconds: (performance.now() - begun) / 1_000 }));
    const endWatch = settings.watch ? watchForChanges(supervisor, say) : undefined;
    await aborted(interrupt);
    endWatch?.();
  } catch (error) {
    await supervisor.stop();
    if (!interrupt.aborted) throw error;
  }
  await supervisor.stop();
  say('Stopped. The next start goes on with the same data.');
  return exitCode;
}

function workerCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
  throw new PlainError(`--workers takes a whole number from 1 to 64, not "${text}". Nothing was started.`);
}

/** Aborts at the first request to stop. Later ones change nothing, but are told what is being waited for. */
function interruptSignal(supervisor: Supervisor, say: (line: string) => void): AbortSignal {
  const interrupt = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (!interrupt.signal.aborted) {
      firstAt = performance.now();
      say('\nStopping: what was taken in is written, then every process ends in order.');
      interrupt.abort();
    } else if (performance.now() - firstAt > SAME_CTRL_C_MS) {
      const running = supervisor.running().join(', ');
      say(
        `Still stopping${running === '' ? '' : `, waiting for ${running}`}. It takes a few seconds at most; nothing is lost by waiting.`,
      );
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return interrupt.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function watchForChanges(supervisor: Supervisor, say: (line: string) => void): () => void {
  say(
    'Watching apps and packages: a changed service is started again. A new migration needs a restart of this command.\n',
  );
  return watchSource((changes) => {
    const apps = changes.flatMap(({ app }) => (app === null ? [] : [app]));
    const shared = changes.length > apps.length;
    say(`Changed: ${changes.map((change) => change.app ?? change.package).join(', ')}`);
    const restarts = shared ? [supervisor.restart(null)] : apps.map((app) => supervisor.restart(app));
    void Promise.all(restarts);
  });
}
