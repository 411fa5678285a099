#!/usr/bin/env node
import { PlainError } from './plain-error.ts';
import { helpText } from './help.ts';
import { version } from './version.ts';

/** Runs with the arguments after its name and resolves to the exit code. */
type Command = (args: string[]) => Promise<number>;

/** Each is loaded only when it is called: help and start stay quick. */
const commands: Record<string, () => Promise<Command>> = {
  start: async () => (await import('./commands/start.ts')).startCommand,
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  keys: async () => (await import('./commands/keys.ts')).keysCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  rebuild: async () => (await import('./commands/rebuild.ts')).rebuildCommand,
  backup: async () => (await import('./commands/backup.ts')).backupCommand,
  restore: async () => (await import('./commands/restore.ts')).restoreCommand,
  quarantine: async () => (await import('./commands/quarantine.ts')).quarantineCommand,
  services: async () => (await import('./commands/services.ts')).servicesCommand,
  ls: async () => (await import('./commands/ls.ts')).lsCommand,
  show: async () => (await import('./commands/show.ts')).showCommand,
  tail: async () => (await import('./commands/tail.ts')).tailCommand,
  failures: async () => (await import('./commands/failures.ts')).failuresCommand,
  queue: async () => (await import('./commands/queue.ts')).queueCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand,
  schema: async () => (await import('./commands/schema.ts')).schemaCommand,
};

async function run(args: string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (name === '--version') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    const asked = name === 'help' || name === '--help' || name === '-h';
    if (!asked)
      throw new PlainError(`There is no command "${name}". Commands: ${Object.keys(commands).join(', ')}, help.`);
    process.stdout.write(helpText(rest[0] !== undefined && Object.hasOwn(commands, rest[0]) ? rest[0] : 'wm'));
    return 0;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(helpText(name));
    return 0;
  }
  return (await load())(rest);
}

/** One line for what a person can mend; the whole error where it is our mistake. */
function report(error: unknown): void {
  const code = (error as { code?: unknown } | null)?.code;
  const isPlain = error instanceof PlainError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'));
  const text = isPlain
    ? (error as Error).message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`${text}\n`);
}

// A reader that went away (a closed pipe, a closed terminal) must not end what still has to be stopped in order.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  report(error);
  process.exitCode = 1;
}
