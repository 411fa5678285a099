import { parseArgs } from 'node:util';
import { describeService, EVERYTHING, listServices, type ServiceView } from '@wm/store';
import { helpText } from '../help.ts';
import { PlainError } from '../plain-error.ts';
import { findSystem } from '../running-system.ts';
import { withDatabase } from '../with-database.ts';

/** `wm services list|describe`. Resolves to the exit code. */
export async function servicesCommand(args: string[]): Promise<number> {
  const [action, ...rest] = args;
  if (action === 'list') return list(rest);
  if (action === 'describe') return describe(rest);
  if (action === undefined) {
    process.stdout.write(helpText('services'));
    return 0;
  }
  throw new PlainError(`wm services knows list and describe, not "${action}".`);
}

async function list(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  const services = await withDatabase(findSystem().databaseUrl, 'wm-services', (sql) => listServices(sql, EVERYTHING));
  if (services.length === 0) process.stdout.write('No service has sent an event yet.\n');
  for (const service of services) process.stdout.write(`${line(service)}\n`);
  return 0;
}

function line({ serviceKey, env, displayName, description, lastArrivalAt }: ServiceView): string {
  const said = [displayName, description].filter((text) => text !== null).join(': ');
  return `${serviceKey}  ${env}  last heard of ${lastArrivalAt.toISOString()}${said === '' ? '' : `  ${said}`}`;
}

const LONGEST = { name: 200, description: 4_000 } as const;

async function describe(args: string[]): Promise<number> {
  const options = { name: { type: 'string' }, description: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [serviceKey, ...more] = positionals;
  if (serviceKey === undefined || more.length > 0) throw new PlainError('wm services describe wants one service key.');
  if (values.name === undefined && values.description === undefined) {
    throw new PlainError('Say what to write: --name TEXT, --description TEXT, or both. Nothing was written.');
  }
  for (const field of ['name', 'description'] as const) {
    if ((values[field]?.length ?? 0) > LONGEST[field])
      throw new PlainError(`--${field} is longer than ${LONGEST[field]} characters. Nothing was written.`);
  }
  const text = (value: string): string | null => (value.trim() === '' ? null : value.trim());
  const found = await withDatabase(findSystem().databaseUrl, 'wm-services', (sql) =>
    describeService(sql, serviceKey, {
      ...(values.name !== undefined && { displayName: text(values.name) }),
      ...(values.description !== undefined && { description: text(values.description) }),
    }),
  );
  if (!found) {
    throw new PlainError(
      `No service ${serviceKey} has sent an event yet, so there is nothing to describe. \`wm services list\` shows those that have.`,
    );
  }
  process.stdout.write(`Written for ${serviceKey}.\n`);
  return 0;
}
