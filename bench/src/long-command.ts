/** What commands that run for minutes have in common: lines that say how far they are, numbers as options, an end by Ctrl-C. */

/** Says a line on stderr, behind the seconds since the command began. */
export function say(line: string): void {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(6)} s  ${line}\n`);
}

/** Aborts at Ctrl-C, SIGTERM and when the terminal is closed. The command then ends what it has started, by itself. */
export function interruption(): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt.abort());
  return interrupt.signal;
}

/** For options that make no sense. */
export function refuse(why: string): never {
  say(`${why} Nothing was started.`);
  return process.exit(2);
}

/** Whole numbers above 0 with commas between them; none where the text is empty. Anything else ends the command. */
export function wholeNumbers(option: string, text: string): number[] {
  const numbers = text === '' ? [] : text.split(',').map(Number);
  const areWhole = numbers.every((number) => Number.isInteger(number) && number > 0);
  return areWhole ? numbers : refuse(`--${option} takes whole numbers above 0, not ${text}.`);
}

/** The same for one number. */
export function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0
    ? number
    : refuse(`--${option} takes a whole number above 0, not ${text}.`);
}

/** Sets the exit code of a command that did not come to its end: 130 after an interruption, else 2, with the reason said. */
export function brokenOff(error: unknown, { aborted }: AbortSignal): void {
  if (!aborted) say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = aborted ? 130 : 2;
}
