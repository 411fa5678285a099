import { createHash, randomBytes, randomUUID } from 'node:crypto';

/**
 * What a key may do: send events; read; also change what people decide about (the quarantine) and look at the machinery;
 * only fetch the figures at /metrics.
 */
export type KeyScope = 'ingest' | 'read' | 'operate' | 'metrics';

const TOKEN = /^wm_(?:ingest|read|operate|metrics)_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/** A new token `wm_<scope>_<id, 32 hex digits>_<secret, 32 random bytes in base64url>` and what is stored of it. */
export function makeToken(scope: KeyScope): { id: string; token: string; secretHash: Buffer } {
  const id = randomUUID();
  const secret = randomBytes(32).toString('base64url');
  return { id, token: `wm_${scope}_${id.replaceAll('-', '')}_${secret}`, secretHash: hashSecret(secret) };
}

/** The parts of a token, or null where the text is none. The scope in it is for people: the stored one counts. */
export function readToken(token: string): { id: string; secret: string } | null {
  const match = TOKEN.exec(token);
  if (match === null) return null;
  const id = match[1]!.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { id, secret: match[2]! };
}

/** SHA-256 is enough: the secret has 256 random bits, so there is nothing to guess that a slow hash would slow down. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The token of a request, from `Authorization: Bearer …` or `X-API-KEY: …`; null where it carries none. */
export function presentedToken(authorization: string | undefined, apiKey: string | undefined): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  return bearer ?? (apiKey?.trim() || null);
}
