/** Who sends, and what they may send. */
import type { IncomingHttpHeaders } from 'node:http';
import type { KeyVerifier, VerifiedKey } from '@wm/store';
import { Problem, unavailable } from './problem.ts';

/** With AUTH=off: nobody in particular, who may send everything. */
const ANYBODY: Sender = { id: null, env: null, serviceKey: null };

/** Where an event came from: the key, and what it is limited to. */
export type Sender = Omit<VerifiedKey, 'id' | 'scope'> & {
  /** null with AUTH=off. */
  id: string | null;
};

/**
 * Lets a request in with an ingest key, from `Authorization: Bearer …` or `X-API-KEY: …`.
 *
 * @param keys null with AUTH=off
 * @throws Problem 401, and 503 where the key cannot be looked up: that is no verdict about it
 */
export async function authenticate(headers: IncomingHttpHeaders, keys: KeyVerifier | null): Promise<Sender> {
  if (keys === null) return ANYBODY;
  const token = tokenOf(headers);
  const verdict = await keys.verify(token).catch((error: unknown) => {
    throw unavailable('The API key cannot be looked up, because PostgreSQL does not answer.', error);
  });
  switch (verdict.kind) {
    case 'valid':
      return verdict.key;
    case 'wrong_scope':
      throw unauthorised(
        'The API key is not for sending events, so nothing of the request was kept. Make one with `wm keys create --scope ingest`.',
      );
    case 'unknown':
      throw unauthorised(
        token === null
          ? 'The request carries no API key, so nothing of it was kept. Send one as Authorization: Bearer … or as X-API-KEY.'
          : 'The API key is unknown or revoked, so nothing of the request was kept. `wm keys list` shows which there are.',
      );
  }
}

function tokenOf(headers: IncomingHttpHeaders): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const apiKey = headers['x-api-key'];
  return bearer ?? (typeof apiKey === 'string' && apiKey.trim() !== '' ? apiKey.trim() : null);
}

function unauthorised(detail: string): Problem {
  return new Problem(401, detail, { headers: { 'www-authenticate': 'Bearer' } });
}
