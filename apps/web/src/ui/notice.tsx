/** What stands where no data does: nothing there, still on its way, or failed. */
import { CircleX, Inbox, LockKeyhole } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiProblem } from '@wm/client';
import { isPassing } from '../api/queries.ts';
import { Button } from './button.tsx';
import css from './notice.module.css';

/** Nothing matches, and what to do about that. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={css.notice}>
      <Inbox size={20} aria-hidden="true" />
      <p className={css.title}>{title}</p>
      {children !== undefined && <div className={css.text}>{children}</div>}
    </div>
  );
}

/** A question that got no answer. It never looks like an empty list. */
export function Failed({ error, what, retry }: { error: unknown; what: string; retry?: () => void }) {
  const problem = error instanceof ApiProblem ? error : null;
  const Icon = problem?.status === 403 ? LockKeyhole : CircleX;
  return (
    <div className={css.notice} data-failed="" role="alert">
      <Icon size={20} aria-hidden="true" />
      <p className={css.title}>{what} could not be read</p>
      <div className={css.text}>
        {problem === null
          ? 'The api does not answer. What happened in the meantime is not lost: it is stored and shown later.'
          : problem.message}
        {problem?.errors.map(({ field, message }) => (
          <div key={field}>
            <code>{field}</code>: {message}
          </div>
        ))}
      </div>
      {retry !== undefined && isPassing(error) && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

/** Holds the place of what is on its way. */
export function Skeleton({ rows = 3, height = 32 }: { rows?: number; height?: number }) {
  return (
    <div className={css.skeleton} role="group" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} style={{ height }}>
          <span />
        </div>
      ))}
    </div>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** The answer, or what stands for it: one place for each state of a question. An answer of before stays, with the failure above it. */
export function Answered<T>({
  query,
  what,
  rows,
  height,
  children,
}: {
  query: Asked<T>;
  /** Such as 'The services', for the failure. */
  what: string;
  rows?: number;
  height?: number;
  children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = query;
  if (data === undefined && error !== null) return <Failed error={error} what={what} retry={() => void refetch()} />;
  if (data === undefined)
    return <Skeleton {...(rows !== undefined && { rows })} {...(height !== undefined && { height })} />;
  return (
    <>
      {error !== null && (
        <p className={css.stale} role="alert">
          {what} could not be read again; this is what was known before.{' '}
          <Button small onClick={() => void refetch()}>
            Try again
          </Button>
        </p>
      )}
      {children(data)}
    </>
  );
}
