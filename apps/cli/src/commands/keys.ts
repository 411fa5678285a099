import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { createKey, listKeyActions, listKeys, revokeKey, rotateKey, type KeyScope, type ListedKey } from '@wm/store';
import { durationMs } from '../duration.ts';
import { helpText } from '../help.ts';
import { PlainError } from '../plain-error.ts';
import { findSystem } from '../running-system.ts';
import { withDatabase } from '../with-database.ts';

/** `wm keys create|list|rotate|revoke|history`. Resolves to the exit code. */
export async function keysCommand(args: string[]): Promise<number> {
  const [action, ...rest] = args;
  if (action === 'create') return create(rest);
  if (action === 'list') return list(rest);
  if (action === 'rotate') return rotate(rest);
  if (action === 'revoke') return revoke(rest);
  if (action === 'history') return history(rest);
  if (action === undefined) {
    process.stdout.write(helpText('keys'));
    return 0;
  }
  throw new PlainError(`wm keys knows create, list, rotate, revoke and history, not "${action}".`);
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
      expires: { type: 'string' },
    },
  });
  const scope = scopeOf(values.scope);
  refuseLimitedMetrics(scope, values);
  const key = {
    name: values.name ?? scope,
    scope,
    ...(values.env === undefined ? {} : { env: values.env }),
    ...(values.service === undefined ? {} : { serviceKey: values.service }),
    ...lifetimeOf(values.expires, 'Nothing was created.'),
  };
  const { id, token, expiresAt } = await withDatabase(findSystem().databaseUrl, 'wm-keys', (sql) =>
    createKey(sql, key, actor()),
  );
  process.stderr.write(
    `Key ${id} for ${reach(values.env ?? null, values.service ?? null)}, ${until(expiresAt)}. It is shown this once; only its hash is stored.\n`,
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

/** The new token goes to stdout by itself, as with create. */
async function rotate(args: string[]): Promise<number> {
  const options = { grace: { type: 'string', default: '24h' }, expires: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const id = oneId(positionals, 'rotate');
  const rotation = {
    graceMs: durationMs(values.grace, '--grace', 'Nothing was changed.'),
    ...lifetimeOf(values.expires, 'Nothing was changed.'),
    actor: actor(),
  };
  const result = await withDatabase(findSystem().databaseUrl, 'wm-keys', (sql) => rotateKey(sql, id, rotation));
  switch (result.outcome) {
    case 'rotated':
      process.stderr.write(
        `Key ${result.id} takes the place of ${id}, ${until(result.expiresAt)}. The old one is let in ${until(result.oldExpiresAt)}: give the new one to its clients before then. It is shown this once; only its hash is stored.\n`,
      );
      process.stdout.write(`${result.token}\n`);
      return 0;
    case 'rotated_before':
      throw new PlainError(
        `Key ${id} has a successor already, ${result.successorId}. Nothing was changed. Rotate that one if its token is lost.`,
      );
    case 'over':
      throw new PlainError(
        `Key ${id} is revoked or expired, so nothing could go on without a break. Nothing was changed. Make a new one with \`wm keys create\`.`,
      );
    case 'not_found':
      throw new PlainError(`There is no key ${id}. \`wm keys list\` shows them all.`);
  }
}

async function history(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  const id = oneId(positionals, 'history');
  const actions = await withDatabase(findSystem().databaseUrl, 'wm-keys', (sql) => listKeyActions(sql, id));
  if (actions.length === 0) process.stdout.write(`Nothing is noted about a key ${id}.\n`);
  for (const { actedAt, action, actor: by, detail } of actions) {
    process.stdout.write(
      `${actedAt.toISOString()}  ${action.padEnd(6)}  ${by}${detail === null ? '' : `  ${detail}`}\n`,
    );
  }
  return 0;
}

async function revoke(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  const id = oneId(positionals, 'revoke');
  const revoked = await withDatabase(findSystem().databaseUrl, 'wm-keys', (sql) => revokeKey(sql, id, actor()));
  if (!revoked) throw new PlainError(`There is no key ${id} that could be revoked. \`wm keys list\` shows them all.`);
  process.stdout.write(`Key ${id} is revoked. Services notice within ten seconds.\n`);
  return 0;
}

function scopeOf(text: string | undefined): KeyScope {
  if (text === 'ingest' || text === 'read' || text === 'operate' || text === 'metrics') return text;
  const given = text === undefined ? 'it is missing' : `"${text}" is none of them`;
  throw new PlainError(
    `--scope is ingest (to send events), read (to ask the api), operate (to read, to redrive or discard what was rejected, to look at the queue) or metrics (to fetch /metrics); ${given}. Nothing was created.`,
  );
}

function reach(env: string | null, service: string | null): string {
  return `${service === null ? 'every service' : `service ${service}`} in ${env === null ? 'every environment' : `environment ${env}`}`;
}

function describe(key: ListedKey): string {
  const facts = [
    reach(key.env, key.serviceKey),
    `made ${key.createdAt.toISOString()}`,
    `last used ${key.lastUsedAt === null ? 'never' : key.lastUsedAt.toISOString()}`,
    ...(key.revokedAt === null ? [] : [`revoked ${key.revokedAt.toISOString()}`]),
    ...(key.expiresAt === null ? [] : [`${key.expired ? 'expired' : 'expires'} ${key.expiresAt.toISOString()}`]),
    ...(key.successorId === null ? [] : [`successor ${key.successorId}`]),
  ];
  return `${key.id}  ${key.scope.padEnd(7)}  ${key.name}  (${facts.join('; ')})`;
}

/** Who is noted beside a change. */
function actor(): string {
  try {
    return `cli, ${userInfo().username}`;
  } catch {
    // A container may run under an account that has no name.
    return 'cli';
  }
}

function until(at: Date | null): string {
  return at === null ? 'without an end' : `until ${at.toISOString()}`;
}

function lifetimeOf(expires: string | undefined, consequence: string): { lifetimeMs?: number } {
  return expires === undefined ? {} : { lifetimeMs: durationMs(expires, '--expires', consequence) };
}

function oneId(positionals: string[], action: string): string {
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0)
    throw new PlainError(`wm keys ${action} takes one key id. \`wm keys list\` shows them.`);
  return id;
}

function refuseLimitedMetrics(scope: KeyScope, limits: { env?: string; service?: string }): void {
  if (scope !== 'metrics' || (limits.env === undefined && limits.service === undefined)) return;
  throw new PlainError(
    'A key for metrics cannot be limited by --env or --service: the figures are of all of them together. Nothing was created.',
  );
}
