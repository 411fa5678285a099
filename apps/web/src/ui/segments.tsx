/** A few choices side by side, each a link, so that the choice is in the address. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { By as FailuresBy } from '../views/failures/search.ts';
import type { MetricsBy } from '../views/metrics/search.ts';
import css from './segments.module.css';

/**
 * `activeOptions` of such links: the router would call each active whose search is a part of the address, and the choice that
 * leaves everything out is a part of every address.
 */
export const ONLY_CHOSEN = { exact: true } as const;

/** Give it links; the one that is chosen has `aria-current`. */
export function Segments({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={css.segments} aria-label={label}>
      {children}
    </nav>
  );
}

/** The ways of a view to count the same, in `by` of its address; the first one needs no word there. Each has an order of its own. */
export function WaysToCount({
  label,
  ways,
  chosen,
}: {
  label: string;
  ways: readonly { by: FailuresBy | MetricsBy; name: string }[];
  chosen: string;
}) {
  return (
    <Segments label={label}>
      {ways.map(({ by, name }, index) => (
        <Link
          key={by}
          to="."
          search={(before) => ({ ...before, by: index === 0 ? undefined : by, sort: undefined })}
          activeOptions={ONLY_CHOSEN}
          aria-current={by === chosen ? 'page' : undefined}
        >
          {name}
        </Link>
      ))}
    </Segments>
  );
}
