/** A few choices side by side, each a link, so that the choice is in the address. */
import type { ReactNode } from 'react';
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
