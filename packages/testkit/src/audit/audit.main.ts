/** `npm run audit`: known weaknesses and licences of what runs in production. Exit code 1 where something must be done. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAdvisories } from './advisories.ts';
import { checkLicences } from './licences.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

function auditAdvisories(): boolean {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: ROOT, encoding: 'utf8' });
  const verdict = readAdvisories(stdout ?? '');
  if (verdict.kind === 'no answer') {
    console.log(
      `Advisories: the registry did not answer (${verdict.why}). Nothing was checked; try it from elsewhere.`,
    );
    return true;
  }
  for (const line of verdict.severe) console.log(`Advisory: ${line}`);
  console.log(`Advisories: ${verdict.severe.length} high or critical, ${verdict.others} lower.`);
  return verdict.severe.length === 0;
}

function auditLicences(): boolean {
  const { checked, refused } = checkLicences(readFileSync(`${ROOT}package-lock.json`, 'utf8'));
  for (const line of refused) console.log(`Licence that is not on our list: ${line}`);
  console.log(`Licences: ${checked} packages checked, ${refused.length} not on our list.`);
  return refused.length === 0;
}

const results = [auditAdvisories(), auditLicences()];
process.exitCode = results.every(Boolean) ? 0 : 1;
