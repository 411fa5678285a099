/** One connection that follows changes. What it does not read in time is not kept for it: it is told to look for itself. */

/** Bytes that wait for a client at most, beside one message. */
const MOST_WAITING_BYTES = 512 * 1024;

const encoder = new TextEncoder();

/** A message of the stream, encoded once for all who get it. */
export function encodeMessage(event: string, id: string | null, data: unknown): Uint8Array {
  return encoder.encode(`${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

export class StreamClient {
  readonly body: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isOpen = true;
  #hasMissed = false;
  readonly #onMissed: () => Uint8Array;
  readonly #onClose: () => void;

  /**
   * @param onMissed makes the message for one that has missed others
   * @param onClose called once, whoever closed it
   */
  constructor(onMissed: () => Uint8Array, onClose: () => void) {
    this.#onMissed = onMissed;
    this.#onClose = onClose;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#drained(),
        cancel: () => {
          this.#isOpen = false;
          onClose();
        },
      },
      { highWaterMark: MOST_WAITING_BYTES, size: (chunk) => chunk.byteLength },
    );
  }

  send(message: Uint8Array): void {
    if (!this.#isOpen) return;
    if ((this.#controller.desiredSize ?? 0) <= 0) this.#hasMissed = true;
    else if (!this.#hasMissed) this.#controller.enqueue(message);
  }

  /** Ends the answer; the client may come back with the id of its last message. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#controller.close();
    this.#onClose();
  }

  #drained(): void {
    if (!this.#isOpen || !this.#hasMissed) return;
    this.#hasMissed = false;
    this.#controller.enqueue(this.#onMissed());
  }
}
