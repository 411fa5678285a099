const SHOW_EVERY_MS = 1_000;
const INTERRUPTED = 130;

/** What backup and restore share: a folder as their one argument, progress on stderr, Ctrl-C. */
export interface CopyRun {
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

/** Runs the work. Resolves to 0, or to 130 where Ctrl-C ended it. @throws what the work throws otherwise */
export async function runCopy(ended: string, work: (run: CopyRun) => Promise<string>): Promise<number> {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupt.abort());
  const terminal = process.stderr.isTTY;
  let shownAt = 0;
  const onProgress = (done: number, total: number): void => {
    if (performance.now() - shownAt < SHOW_EVERY_MS) return;
    shownAt = performance.now();
    process.stderr.write(
      `${terminal ? '\r\u001b[K' : ''}${megabytes(done)} of ${megabytes(total)} MB${terminal ? '' : '\n'}`,
    );
  };
  try {
    const said = await work({ signal: interrupt.signal, onProgress });
    process.stdout.write(`${terminal ? '\r\u001b[K' : ''}${said}\n`);
    return 0;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.stdout.write(`${terminal ? '\r\u001b[K' : ''}${ended}\n`);
    return INTERRUPTED;
  }
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
