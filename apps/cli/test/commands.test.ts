import { createEmptyDatabase, createTestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysCommand } from '../src/commands/keys.ts';
import { migrateCommand } from '../src/commands/migrate.ts';
import { startCommand } from '../src/commands/start.ts';
import { helpText } from '../src/help.ts';
import { findSystem } from '../src/running-system.ts';
import { runWm } from './support/wm-process.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database?.drop();
});

const wm = (args: string[], url = database.url) => runWm(args, { DATABASE_URL: url });

test('a key is made, listed and revoked', async () => {
  const made = await wm(['keys', 'create', '--scope', 'ingest', '--name', 'orders', '--env', 'production']);
  expect(made).toMatchObject({ code: 0 });
  expect(made.stdout).toMatch(/^wm_ingest_[0-9a-f]{32}_[A-Za-z0-9_-]{43}\n$/);
  const [id = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(made.stderr) ?? [];

  const listed = await wm(['keys', 'list']);
  expect(listed.stdout).toContain(`${id}  ingest   orders  (every service in environment production;`);
  expect(listed.stdout).toContain('last used never');
  expect(listed.stdout).not.toContain(made.stdout.trim());

  expect(await wm(['keys', 'revoke', id])).toMatchObject({ code: 0 });
  const again = await wm(['keys', 'revoke', id]);
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There is no key \S+ that could be revoked[^\n]*\n$/),
  });
});

test('a key is rotated with a grace, and what was done to it is noted', async () => {
  const made = await wm(['keys', 'create', '--scope', 'read', '--name', 'board', '--service', 'mail']);
  const [id = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(made.stderr) ?? [];
  const rotated = await wm(['keys', 'rotate', id, '--grace', '2h', '--expires', '90d']);
  expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/^wm_read_[0-9a-f]{32}_\S{43}\n$/) });
  const [successor = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(rotated.stderr) ?? [];
  const listed = await wm(['keys', 'list']);
  expect(listed.stdout).toMatch(new RegExp(`${id}  read .*expires .*successor ${successor}\\)\n`));
  expect(listed.stdout).toMatch(new RegExp(`${successor}  read     board  \\(service mail .*expires `));
  expect(listed.stdout).not.toContain(rotated.stdout.trim());
  expect(await wm(['keys', 'rotate', id])).toMatchObject({
    code: 1,
    stderr: `Key ${id} has a successor already, ${successor}. Nothing was changed. Rotate that one if its token is lost.\n`,
  });
  const history = await wm(['keys', 'history', id]);
  expect(history.stdout).toMatch(new RegExp(`  create  cli.*\n.*  rotate  cli.*successor ${successor}`));
}, 120_000);

test('an empty database is migrated, and migrated again without a change', async () => {
  const empty = await createEmptyDatabase();
  try {
    const first = await wm(['migrate'], empty.url);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain('Applied migration 0001_');
    const second = await wm(['migrate'], empty.url);
    expect(second.stdout).toBe('The database is up to date: 0 migrations applied, 0 partitions created.\n');
    const verified = await wm(['verify'], empty.url);
    expect(verified).toMatchObject({ code: 0, stdout: '0 workflows with 0 events folded again: no difference.\n' });
  } finally {
    await empty.drop();
  }
});

test('an unknown command is refused in one line', async () => {
  const { code, stderr } = await wm(['nonsense']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^There is no command "nonsense"[^\n]*\n$/);
});

test.each([
  [() => migrateCommand(['--loud']), "Unknown option '--loud'"],
  [() => keysCommand(['create']), '--scope is ingest'],
  [() => keysCommand(['create', '--scope', 'read', '--expires', 'soon']), '--expires takes a time such as'],
  [() => keysCommand(['create', '--scope', 'metrics', '--env', 'a']), 'A key for metrics cannot be limited'],
  [() => keysCommand(['rotate', 'x', '--grace', '-1h']), 'argument is ambiguous'],
  [() => keysCommand(['rotate']), 'wm keys rotate takes one key id'],
  [() => keysCommand(['lose']), 'wm keys knows create, list, rotate, revoke and history'],
  [() => startCommand(['--workers', 'many']), '--workers takes a whole number'],
])('arguments that make no sense are refused: %s', async (run, message) => {
  await expect(run()).rejects.toThrow(message);
});

test('without DATABASE_URL and without a running system a command says so', () => {
  expect(() => findSystem({ DATA_DIR: '/nonexistent' })).toThrow(/^No running system was found/);
});

test('every command has a help text', () => {
  for (const command of ['wm', 'start', 'migrate', 'keys', 'quarantine', 'rebuild', 'verify', 'simulate', 'schema']) {
    expect(helpText(command).length).toBeGreaterThan(100);
  }
});
