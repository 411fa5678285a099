/** Compares what verify found with what was damaged. */
import type { Difference } from '@wm/store';
import type { Damage, Expectation } from './damage.ts';

export interface FoundDamages {
  /** Damages of which verify does not say all that it should. */
  readonly unfound: string[];
  /** Rows that verify names and nobody damaged. */
  readonly strangers: string[];
}

/**
 * Counts of rollups are no strangers: rows that were damaged took their contributions with them, so that the recount
 * differs in further places.
 */
export function findDamages(damages: readonly Damage[], differences: readonly Difference[]): FoundDamages {
  const found = new Set(differences.flatMap(namesOf));
  const expected = new Set(damages.flatMap((damage) => damage.expected.map(nameOf)));
  const unfound = damages.flatMap(({ what, expected: due }) => {
    const missing = due.map(nameOf).filter((name) => !found.has(name));
    return missing.length === 0 ? [] : [`${what}: ${missing.join(', ')}`];
  });
  const strangers = differences.filter(
    (difference) => difference.about === 'row' && !namesOf(difference).some((name) => expected.has(name)),
  );
  return { unfound, strangers: strangers.map((difference) => JSON.stringify(difference)) };
}

function nameOf(expectation: Expectation): string {
  if (expectation.about === 'rollup') return `rollup ${expectation.count}`;
  const { id, problem, field } = expectation;
  return `row ${id} ${problem} ${field ?? ''}`;
}

function namesOf(difference: Difference): string[] {
  if (difference.about === 'rollup') return [`rollup ${difference.difference.count}`];
  const { id, problem, fields } = difference.difference;
  return (fields.length === 0 ? [''] : fields.map(({ field }) => field)).map(
    (field) => `row ${id} ${problem} ${field}`,
  );
}
