import { expect, test } from 'vitest';
import { encodeMessage, StreamClient } from './stream-client.ts';

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

test('a client that does not read is told that it missed something, and nothing is kept for it', async () => {
  let closed = 0;
  const client = new StreamClient(
    () => encodeMessage('many', null, { reason: 'slow' }),
    () => (closed += 1),
  );
  const message = encodeMessage('changes', '7', { filler: 'x'.repeat(100_000) });
  for (let n = 0; n < 1_000; n += 1) client.send(message);
  const reader = client.body.getReader();
  const events: string[] = [];
  while (events.at(-1) !== 'many') {
    const { value } = await reader.read();
    events.push(/event: (\w+)/.exec(text(value))![1]!);
  }
  // Half a megabyte and the message that went beyond it.
  expect(events).toEqual(['changes', 'changes', 'changes', 'changes', 'changes', 'changes', 'many']);
  client.send(encodeMessage('beat', '8', {}));
  expect(text((await reader.read()).value)).toBe('id: 8\nevent: beat\ndata: {}\n\n');
  await reader.cancel();
  expect(closed).toBe(1);
  client.send(message);
  client.close();
  expect(closed).toBe(1);
});
