/** How long workflows rest after a long refold, so that late events gather instead of costing a refold each. */
import type { WorkflowKey } from '@wm/projection';
import { keyText } from '@wm/store';

/**
 * A late event is folded at once; after a refold that took long, the next refold of its workflow waits a multiple of that.
 * So a stream of late events takes at most a fixed share of a worker's time, however long the run is.
 *
 * Remembered by this process only: with several workers each may refold a workflow as often.
 */
export class RefoldRests {
  /** On the clock of performance.now(), by workflow. */
  readonly #until = new Map<string, number>();

  /** @param ms how long the workflow is to rest */
  rest(key: WorkflowKey, ms: number): void {
    const now = performance.now();
    for (const [text, until] of this.#until) if (until <= now) this.#until.delete(text);
    this.#until.set(keyText(key), now + ms);
  }

  /** Milliseconds until the workflow may be folded again; 0 where it need not wait. */
  left(key: WorkflowKey): number {
    return Math.max(0, (this.#until.get(keyText(key)) ?? 0) - performance.now());
  }

  /** Nothing rests any more: this process stops. */
  end(): void {
    this.#until.clear();
  }
}
