/** A part of a view, under the question that it answers. No card around a card. */
import type { ReactNode } from 'react';
import css from './panel.module.css';

interface Props {
  title: string;
  /** What stands at the right of the title: links, switches. */
  aside?: ReactNode;
  /** A line below the title. */
  note?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, aside, note, children }: Props) {
  return (
    <section className={css.panel} aria-label={title}>
      <header className={css.head}>
        <h2>{title}</h2>
        {aside !== undefined && <div className={css.aside}>{aside}</div>}
      </header>
      {note !== undefined && <p className={css.note}>{note}</p>}
      {children}
    </section>
  );
}

/** Title of a view, with what belongs to all of it. */
export function ViewHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <header className={css.viewHead}>
      <h1>{title}</h1>
      {children !== undefined && <div className={css.aside}>{children}</div>}
    </header>
  );
}
