import { parseArgs } from 'node:util';
import { createKey, listKeys, revokeKey, type KeyScope, type ListedKey } from '@wm/store';
import { helpText } from '../help.ts';
import { PlainError } from '../plain-error.ts';
import { findSystem } from '../running-system.ts';
import { withDatabase } from '../with-database.ts';

/** `wm keys create|list|revoke`. Resolves to the exit code. */
export async function keysCommand(args: string[]): Promise<number> {
  const [action, ...rest] = args;
  if (action === 'create') return create(rest);
  if (action === 'list') return list(rest);
  if (action === 'revoke') return revoke(rest);
  if (action === undefined) {
    process.stdout.write(helpText('keys'));
    return 0;
  }
  throw new PlainError(`wm keys knows create, list and revoke, not "${action}".`);
}

/** The token goes to stdout by itself, so that a script can take it; what it means goes to stderr. */
async function create(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      scope: { type: 'string' },
      name: { type: 'string' },
      env: { type: 'string' },
      service: { type: 'string' },
    },
  });
  const scope = scopeOf(values.scope);
  const { id, token } = await withDatabase(findSystem().databaseUrl, 'wm-keys', (sql) =>
    createKey(sql, {
      name: values.name ?? scope,
      scope,
      ...(values.env === undefined ? {} : { env: values.env }),
      ...(values.service === undefined ? {} : { serviceKey: values.service }),
    }),
  );
  process.stderr.write(
    `Key ${id} for ${reach(values.env ?? null, values.service ?? null)}. It is shown this once; only its hash is stored.\n`,
  );
  process.stdout.write(`${token}\n`);
  return 0;
}

async function list(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  const keys = await withDatabase(findSystem().databaseUrl, 'wm-keys', (sql) => listKeys(sql));
  if (keys.length === 0)
    process.stdout.write('There are no keys yet. Make one with `wm keys create --scope ingest`.\n');
  for (const key of keys) process.stdout.write(`${describe(key)}\n`);
  return 0;
}

async function revoke(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0)
    throw new PlainError('wm keys revoke takes one key id. `wm keys list` shows them.');
  const revoked = await withDatabase(findSystem().databaseUrl, 'wm-keys', (sql) => revokeKey(sql, id));
  if (!revoked) throw new PlainError(`There is no key ${id} that could be revoked. \`wm keys list\` shows them all.`);
  process.stdout.write(`Key ${id} is revoked. Services notice within ten seconds.\n`);
  return 0;
}

function scopeOf(text: string | undefined): KeyScope {
  if (text === 'ingest' || text === 'read' || text === 'operate') return text;
  const given = text === undefined ? 'it is missing' : `"${text}" is none of them`;
  throw new PlainError(
    `--scope is ingest (to send events), read (to ask the api) or operate (to read, and to redrive or discard what was rejected); ${given}. Nothing was created.`,
  );
}

function reach(env: string | null, service: string | null): string {
  return `${service === null ? 'every service' : `service ${service}`} in ${env === null ? 'every environment' : `environment ${env}`}`;
}

function describe(key: ListedKey): string {
  const state =
    key.revokedAt !== null
      ? `revoked ${key.revokedAt.toISOString()}`
      : `last used ${key.lastUsedAt === null ? 'never' : key.lastUsedAt.toISOString()}`;
  return `${key.id}  ${key.scope.padEnd(6)}  ${key.name}  (${reach(key.env, key.serviceKey)}; made ${key.createdAt.toISOString()}; ${state})`;
}
