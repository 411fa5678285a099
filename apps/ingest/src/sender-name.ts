import type { Sender } from './authentication.ts';

/** How far behind a field's name its value may begin and end. */
const VALUE_BYTES = 200;

/**
 * Who a request is from, for taking turns with others: the environment and service of its key, else what its last event
 * says. It is told before anything is parsed, so somebody may deceive it; that gains him a turn, and no more.
 */
export function senderName({ env, serviceKey }: Omit<Sender, 'id'>, body: Buffer): string {
  return `${env ?? lastValue(body, 'env')} ${serviceKey ?? lastValue(body, 'serviceKey')}`;
}

/** The real client writes both fields behind the payload of each event. */
function lastValue(body: Buffer, field: string): string {
  const at = body.lastIndexOf(`"${field}"`);
  if (at === -1) return '';
  const behind = body.toString('latin1', at + field.length + 2, at + field.length + 2 + VALUE_BYTES);
  return /^\s*:\s*"([^"]*)"/.exec(behind)?.[1] ?? '';
}
