/** Who sends, and what they may send. */
import type { IncomingMessage } from 'node:http';
import type { ClientAddress } from '@wm/runtime';
import { presentedToken } from '@wm/store';
import type { KeyVerdict, KeyVerifier, VerifiedKey } from '@wm/store';
import { Problem, unavailable } from './problem.ts';

/** How requests are let in. */
export interface Door {
  /** null with AUTH=off. */
  keys: KeyVerifier | null;
  addressOf: ClientAddress;
}

/** With AUTH=off: nobody in particular, who may send everything. */
const ANYBODY: Sender = { id: null, env: null, serviceKey: null };

/** Where an event came from: the key, and what it is limited to. */
export type Sender = Omit<VerifiedKey, 'id' | 'name' | 'scope'> & {
  /** null with AUTH=off. */
  id: string | null;
};

/**
 * Lets a request in with an ingest key, from `Authorization: Bearer …` or `X-API-KEY: …`.
 *
 * @throws Problem 401, and 503 where the key cannot be looked up: that is no verdict about it
 */
export async function authenticate(incoming: IncomingMessage, door: Door): Promise<Sender> {
  if (door.keys === null) return ANYBODY;
  const verdict = await verdictOf(incoming, door.keys, door, 'ingest');
  if (verdict.kind === 'valid') return verdict.key;
  throw refusal(verdict.kind, 'The API key is not for sending events', 'wm keys create --scope ingest');
}

/**
 * Lets a request see the figures, which tell of all environments together.
 *
 * @throws as authenticate
 */
export async function authenticateScrape(incoming: IncomingMessage, door: Door): Promise<void> {
  if (door.keys === null) return;
  const verdict = await verdictOf(incoming, door.keys, door, 'metrics');
  if (verdict.kind === 'valid' && verdict.key.env === null && verdict.key.serviceKey === null) return;
  const kind = verdict.kind === 'valid' ? 'wrong_scope' : verdict.kind;
  throw refusal(kind, 'The API key is not for metrics', 'wm keys create --scope metrics');
}

/** Every failure is a 401, those of an address that guesses too: a tracker that is told to wait would still drop its events. */
function refusal(kind: Exclude<KeyVerdict['kind'], 'valid'>, whatFor: string, command: string): Problem {
  switch (kind) {
    case 'wrong_scope':
      return unauthorised(`${whatFor}, so nothing of the request was kept. Make one with \`${command}\`.`);
    case 'missing':
      return unauthorised(
        'The request carries no API key, so nothing of it was kept. Send one as Authorization: Bearer … or as X-API-KEY.',
      );
    case 'unknown':
    case 'limited':
      return unauthorised(
        'The API key is unknown, expired or revoked, so nothing of the request was kept. `wm keys list` shows which there are.',
      );
  }
}

async function verdictOf(
  incoming: IncomingMessage,
  keys: KeyVerifier,
  { addressOf }: Door,
  scope: 'ingest' | 'metrics',
): Promise<KeyVerdict> {
  const { authorization, 'x-api-key': apiKey } = incoming.headers;
  const token = presentedToken(authorization, apiKey?.toString());
  const credentials = { token, scope, address: addressOf(incoming) };
  return keys.verify(credentials).catch((error: unknown) => {
    throw unavailable('The API key cannot be looked up, because PostgreSQL does not answer.', error);
  });
}

function unauthorised(detail: string): Problem {
  return new Problem(401, detail, { headers: { 'www-authenticate': 'Bearer' } });
}
