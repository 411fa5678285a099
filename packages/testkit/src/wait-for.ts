const POLL_MS = 15;

/**
 * Waits until the condition gives something, and returns that. What the condition throws counts as "not yet".
 *
 * @param what in words, for the message: "the workflow to be completed"
 * @param timeoutMs milliseconds; twenty seconds where absent
 * @throws naming `what`, with the condition's last error as the cause
 */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > until) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`, { cause });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
