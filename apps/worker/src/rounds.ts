/** Something that is done again and again in the background, one round after the other. */
export interface Rounds {
  /** Lets the current round end, and begins no more. */
  stop(): Promise<void>;
}

/** @param round never rejects; resolves to the pause after it, milliseconds */
export function startRounds(round: () => Promise<number>): Rounds {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  const next = (): void => {
    current = again();
  };
  const again = async (): Promise<void> => {
    const pause = await round();
    if (!stopped) timer = setTimeout(next, pause);
  };
  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
