/** Reads the messages of an answer that is a stream of events. */
import { waitFor } from '@wm/testkit';
import type { Json } from './test-api.ts';

export interface Message {
  event: string;
  id: string | null;
  data: Json;
}

export interface EventStream {
  /** All that came so far. */
  messages: readonly Message[];
  /** Whether the server has ended it. */
  ended: () => boolean;
  /** Waits for a message that fits, and returns it; those that came before count. */
  find: (what: string, fits: (message: Message) => boolean) => Promise<Message>;
  /** All runs told so far, the newest state of each. */
  runs: () => Map<string, Json>;
  cancel: () => Promise<void>;
}

export function readEventStream(response: Response): EventStream {
  const messages: Message[] = [];
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let isEnded = false;
  let text = '';
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      const parts = text.split('\n\n');
      text = parts.pop()!;
      messages.push(...parts.map(toMessage));
    }
    isEnded = true;
  };
  void read().catch(() => {
    isEnded = true;
  });
  return {
    messages,
    ended: () => isEnded,
    find: (what, fits) => waitFor(what, async () => messages.find(fits)),
    runs: () => new Map(messages.flatMap(({ data }) => data.runs ?? []).map((run: Json) => [run.workflowId, run])),
    cancel: () => reader.cancel(),
  };
}

function toMessage(text: string): Message {
  const field = (name: string): string | null =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null;
  return { event: field('event')!, id: field('id'), data: JSON.parse(field('data')!) };
}
