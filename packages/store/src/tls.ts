import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/** How a connection is encrypted, and the address without what says so. */
export interface EncryptedAddress {
  url: string;
  /** false: not at all. */
  ssl: ConnectionOptions | false;
}

const PARAMS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const;
const MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof MODES)[number];

/**
 * Reads `sslmode`, `sslrootcert`, `sslcert` and `sslkey` of an address as PostgreSQL's own programs do:
 *
 * - `require` encrypts, and asks for a certificate of `sslrootcert` where that is given;
 * - `verify-ca` asks for a certificate of `sslrootcert`; `verify-full` for one of the server's name too, by the CAs that Node
 *   knows where `sslrootcert` is absent or `system`. `sslrootcert` alone means `verify-full`;
 * - nothing, and `disable`, do not encrypt. `prefer` and `allow` are refused: whoever stands between decides there.
 *
 * @throws one clear line where they make no sense or a file cannot be read
 */
export function encryptedAddress(url: string): EncryptedAddress {
  const address = new URL(url);
  const params = address.searchParams;
  if (!PARAMS.some((name) => params.has(name))) return { url, ssl: false };
  const files = { ca: params.get('sslrootcert'), cert: params.get('sslcert'), key: params.get('sslkey') };
  const mode = modeOf(params.get('sslmode') ?? (files.ca === null ? 'disable' : 'verify-full'));
  for (const name of PARAMS) params.delete(name);
  return { url: address.href, ssl: sslOf(mode, files, address.hostname) };
}

function modeOf(text: string): Mode {
  const mode = MODES.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw new Error(`sslmode of the database's address must be one of ${MODES.join(', ')}. Nothing was connected.`);
}

type Files = Record<'ca' | 'cert' | 'key', string | null>;

function sslOf(mode: Mode, files: Files, host: string): EncryptedAddress['ssl'] {
  if (mode === 'disable') return false;
  if (mode === 'verify-ca' && (files.ca === null || files.ca === 'system')) {
    throw new Error(
      'sslmode=verify-ca needs sslrootcert, the file of the CA: any server with a certificate of a public one would do otherwise. Nothing was connected. Name it, or take verify-full.',
    );
  }
  // The libraries have no name to compare then, and would take "localhost" for it.
  if (mode === 'verify-full' && isIP(host.replace(/^\[|\]$/g, '')) !== 0) {
    throw new Error(
      'sslmode=verify-full compares the name of the server with its certificate, and the address of the database has only numbers. Nothing was connected. Give its name.',
    );
  }
  const ca = files.ca === null || files.ca === 'system' ? {} : { ca: read('sslrootcert', files.ca) };
  return {
    ...ca,
    ...(files.cert === null ? {} : { cert: read('sslcert', files.cert) }),
    ...(files.key === null ? {} : { key: read('sslkey', files.key) }),
    ...(mode === 'require' && files.ca === null ? { rejectUnauthorized: false } : {}),
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

function read(param: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Error(
      `The file ${file}, ${param} of the database's address, cannot be read (${code}). Nothing was connected.`,
      {
        cause: error,
      },
    );
  }
}
