import { parseArgs } from 'node:util';
import { verifyWorkflows, type Difference } from '@wm/store';
import { PlainError } from '../plain-error.ts';
import { findSystem } from '../running-system.ts';
import { withDatabase } from '../with-database.ts';

/** Enough to see what kind of thing is wrong; the count says how much of it. */
const SHOWN_DIFFERENCES = 50;

/** `wm verify`: folds every workflow again and compares. Resolves to 1 where anything differs. */
export async function verifyCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { env: { type: 'string' }, service: { type: 'string' }, since: { type: 'string' } },
  });
  let shown = 0;
  const onDifference = (difference: Difference) => {
    shown += 1;
    if (shown <= SHOWN_DIFFERENCES) process.stdout.write(`${describe(difference)}\n`);
  };
  const report = await withDatabase(findSystem().databaseUrl, 'wm-verify', (sql) =>
    verifyWorkflows(sql, { env: values.env, serviceKey: values.service, since: sinceOf(values.since), onDifference }),
  );
  process.stdout.write(
    `${report.workflows} workflows with ${report.events} events folded again: ` +
      `${report.differences === 0 ? 'no difference' : `${report.differences} differences`}.` +
      `${report.unprocessed > 0 ? ` ${report.unprocessed} events still wait to be folded.` : ''}\n`,
  );
  return report.differences === 0 ? 0 : 1;
}

function sinceOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const since = new Date(text);
  if (Number.isNaN(since.getTime()))
    throw new PlainError(`--since takes a time like 2026-01-31T00:00:00Z, not "${text}".`);
  return since;
}

function describe(found: Difference): string {
  if (found.about === 'rollup') {
    const { count, stored, recounted } = found.difference;
    return `rollup ${count}: stored ${stored}, recounted ${recounted}`;
  }
  const { env, serviceKey, workflowId } = found.key;
  const { kind, run, name, problem, fields } = found.difference;
  const values = fields.map(
    ({ field, stored, folded }) => `${field} is ${JSON.stringify(stored)}, folded ${JSON.stringify(folded)}`,
  );
  const what = `${env}/${serviceKey}/${workflowId} run ${run} ${kind}${name === '' ? '' : ` ${name}`}`;
  return `${what}: ${problem}${values.length > 0 ? ` (${values.join('; ')})` : ''}`;
}
