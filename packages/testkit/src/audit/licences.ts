/** Whether every library that runs in production may be used and passed on without conditions on our own code. */

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PostgreSQL',
  'Unlicense',
]);

interface LockedPackage {
  license?: string;
  link?: boolean;
  dev?: boolean;
}

export interface Licences {
  checked: number;
  /** Each with its licence. */
  refused: string[];
}

/** @param lockFile the text of package-lock.json */
export function checkLicences(lockFile: string): Licences {
  const { packages } = JSON.parse(lockFile) as { packages: Record<string, LockedPackage> };
  const production = Object.entries(packages).filter(
    ([place, { link, dev }]) => place.includes('node_modules/') && link !== true && dev !== true,
  );
  const refused = production.filter(([, { license }]) => !isAllowed(license));
  return {
    checked: production.length,
    refused: refused.map(
      ([place, { license }]) => `${place.split('node_modules/').at(-1)}: ${license ?? 'none named'}`,
    ),
  };
}

/** Of a choice, one that is allowed will do; of a sum, all must be. */
function isAllowed(expression: string | undefined): boolean {
  if (expression === undefined) return false;
  const choices = expression.replaceAll(/[()]/g, '').split(/ OR /i);
  return choices.some((choice) => choice.split(/ AND /i).every((licence) => ALLOWED.has(licence.trim())));
}
