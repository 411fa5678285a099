import { redisTls } from '@wm/queue';
import { createSql } from '@wm/store';
import { Redis } from 'ioredis';
import { PlainError } from './plain-error.ts';

/** How long a server may take to answer before it counts as unreachable, in milliseconds. */
const ANSWER_WITHIN_MS = 5_000;

/** Makes sure that DATABASE_URL leads to a PostgreSQL that lets us in. @throws PlainError saying what is wrong. */
export async function checkDatabase(url: string): Promise<void> {
  const sql = createSql(url, { applicationName: 'wm-check', max: 1 });
  try {
    await sql`SELECT 1`;
  } catch (error) {
    throw explainDatabaseError(error, url) ?? error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/**
 * What a failed connection means to the person who set DATABASE_URL; null for an error of any other kind. The password
 * is never part of the message.
 */
export function explainDatabaseError(error: unknown, url: string): PlainError | null {
  const code = codeOf(error);
  const at = addressOf(url);
  if (code === '28P01' || code === '28000') {
    return new PlainError(
      `PostgreSQL at ${at} refuses the user or password of DATABASE_URL. Correct it and try again.`,
    );
  }
  if (code === '3D000') {
    return new PlainError(
      `PostgreSQL at ${at} has no database of the name in DATABASE_URL. Create it, or correct the name.`,
    );
  }
  if (code === '53300')
    return new PlainError(`PostgreSQL at ${at} has no free connection left. Raise max_connections, or try later.`);
  if (code === '57P03')
    return new PlainError(`PostgreSQL at ${at} is starting up or shutting down. Try again in a moment.`);
  if (isCertificateCode(code)) return new PlainError(certificateProblem('PostgreSQL', at, code, 'sslrootcert'));
  if (!isNetworkCode(code)) return null;
  return new PlainError(`No PostgreSQL answers at ${at} (${code}). Start it, or correct DATABASE_URL.`);
}

/** Makes sure that REDIS_URL leads to a Redis that lets us in. @throws PlainError saying what is wrong. */
export async function checkRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    ...redisTls(url),
    lazyConnect: true,
    connectTimeout: ANSWER_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Without a listener the client writes the error to the console itself; the last one says more than "closed".
  let last: unknown;
  redis.on('error', (error) => (last = error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw explainRedisError(last ?? error, url);
  } finally {
    // On a connection that has ended already, this would hold the process for two seconds.
    if (redis.status !== 'end') redis.disconnect();
  }
}

function explainRedisError(error: unknown, url: string): PlainError {
  const at = addressOf(url);
  const message = error instanceof Error ? error.message : String(error);
  if (/^(WRONGPASS|NOAUTH|NOPERM)|invalid password/i.test(message)) {
    return new PlainError(`Redis at ${at} refuses the user or password of REDIS_URL. Correct it and try again.`);
  }
  const code = codeOf(error);
  if (isCertificateCode(code)) return new PlainError(certificateProblem('Redis', at, code, 'ssl_ca_certs'));
  return new PlainError(
    `No Redis answers at ${at} (${codeOf(error) || message}). Start it, correct REDIS_URL, or unset it to keep the queue in PostgreSQL.`,
  );
}

/** What Node says of a certificate that it does not accept. */
function isCertificateCode(code: string): boolean {
  return /^(ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/.test(code);
}

function certificateProblem(server: string, at: string, code: string, parameter: string): string {
  return `The certificate of ${server} at ${at} is not accepted (${code}): it is of another CA, of another name, or out of date. Nothing was sent to it. Check the name in the address and its parameter ${parameter}.`;
}

function isNetworkCode(code: string): boolean {
  return /^(E[A-Z]+|CONNECT_TIMEOUT|CONNECTION_CLOSED|CONNECTION_ENDED|CONNECTION_DESTROYED|CONNECTION_CONNECT_TIMEOUT)$/.test(
    code,
  );
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Host and port of a URL, without user and password. */
function addressOf(url: string): string {
  try {
    return new URL(url).host || url;
  } catch {
    return 'the given address';
  }
}
