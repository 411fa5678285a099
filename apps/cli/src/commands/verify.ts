import { parseArgs } from 'node:util';
import { verifyWorkflows, type Difference, type VerifyReport } from '@wm/store';
import { PlainError } from '../plain-error.ts';
import { scopeOf, SCOPE_OPTIONS } from '../workflow-scope.ts';
import { findSystem } from '../running-system.ts';
import { withDatabase } from '../with-database.ts';

/** Enough to see what kind of thing is wrong; the count says how much of it. */
const SHOWN_DIFFERENCES = 50;

/** `wm verify`: folds every workflow again and compares. Resolves to 1 where anything differs. */
export async function verifyCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { ...SCOPE_OPTIONS, sample: { type: 'string' } },
  });
  const options = { ...scopeOf(values), sample: sampleOf(values.sample) };
  let shown = 0;
  const onDifference = (difference: Difference) => {
    shown += 1;
    if (shown <= SHOWN_DIFFERENCES) process.stdout.write(`${describe(difference)}\n`);
  };
  const report = await withDatabase(findSystem().databaseUrl, 'wm-verify', (sql) =>
    verifyWorkflows(sql, { ...options, onDifference, onProgress: showProgress }),
  );
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  process.stdout.write(
    `${report.workflows} workflows with ${report.events} events folded again: ` +
      `${report.differences === 0 ? 'no difference' : `${report.differences} differences`}.` +
      `${report.unprocessed > 0 ? ` ${report.unprocessed} events still wait to be folded.` : ''}\n`,
  );
  return report.differences === 0 ? 0 : 1;
}

/** On a terminal only: everything may take minutes. */
function showProgress({ workflows, events, differences }: VerifyReport): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\u001b[K${workflows} workflows, ${events} events folded again, ${differences} differences`);
}

function sampleOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const share = Number(text);
  if (!(share > 0 && share <= 1))
    throw new PlainError(`--sample takes a share like 0.01, at most 1, not "${text}". Nothing was read.`);
  return share;
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
