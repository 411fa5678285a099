import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/**
 * The database's address with its `sslmode` and `sslrootcert` put so that BullMQ's client reads them as PostgreSQL's own
 * programs, and our other client, do: by itself it takes `require` for `verify-full`.
 */
export function libpqAddress(databaseUrl: string): string {
  const address = new URL(databaseUrl);
  const params = address.searchParams;
  if (params.get('sslmode') === null && params.get('sslrootcert') === null) return databaseUrl;
  if (params.get('sslmode') === null) params.set('sslmode', 'verify-full');
  // The CAs that Node knows are taken without being asked for.
  if (params.get('sslrootcert') === 'system') params.delete('sslrootcert');
  params.set('uselibpqcompat', 'true');
  return address.href;
}

/**
 * How a Redis at `rediss://…` is verified: by the CA of `?ssl_ca_certs=<file>`, else by those that Node knows. The name or
 * number in the address must be in its certificate.
 *
 * @throws one clear line where the file cannot be read, or the address is one without encryption
 */
export function redisTls(redisUrl: string): { tls?: ConnectionOptions } {
  const { protocol, searchParams } = new URL(redisUrl);
  const file = searchParams.get('ssl_ca_certs');
  if (file === null) return {};
  if (protocol !== 'rediss:') {
    throw new Error(
      'REDIS_URL names ssl_ca_certs, but begins with redis://, which is not encrypted. Nothing was connected. Write rediss://.',
    );
  }
  try {
    return { tls: { ca: readFileSync(file, 'utf8') } };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Error(`The file ${file}, ssl_ca_certs of REDIS_URL, cannot be read (${code}). Nothing was connected.`, {
      cause: error,
    });
  }
}
