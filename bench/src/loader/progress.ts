/** Says how far a load is. */

export interface Progress {
  /** Rows that are in so far. */
  rows(workflows: number, events: number): void;
  /** Says when a step has ended and how long it took. */
  step<T>(name: string, run: () => PromiseLike<T>): Promise<T>;
}

const SAY_EVERY_MS = 5_000;

/** @param workflows how many there will be */
export function progressOf(workflows: number, say: (line: string) => void): Progress {
  const begun = performance.now();
  let saidAt = begun;
  return {
    rows(done, events) {
      const now = performance.now();
      if (now - saidAt < SAY_EVERY_MS && done < workflows) return;
      saidAt = now;
      const seconds = (now - begun) / 1_000;
      const left = Math.round((seconds / done) * (workflows - done));
      say(
        `  ${done} of ${workflows} workflows, ${events} events, ${Math.round(events / seconds)} events/s, ` +
          `${left} s to the last row`,
      );
    },
    async step(name, run) {
      const from = performance.now();
      const result = await run();
      const seconds = (performance.now() - from) / 1_000;
      if (seconds >= 1) say(`  ${name}: ${seconds.toFixed(1)} s`);
      return result;
    },
  };
}
