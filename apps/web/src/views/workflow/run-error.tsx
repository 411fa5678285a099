/** Why a run failed: the message first. */
import { Link } from '@tanstack/react-router';
import type { Workflow } from '@wm/client';
import { ErrorText } from '../../ui/stack-trace.tsx';
import css from './run-head.module.css';

export function RunError({ workflow }: { workflow: Workflow }) {
  const { errorMessage, errorStack, errorGroup, status } = workflow;
  if (status !== 'failed') return null;
  return (
    <section className={css.error} aria-label="Error">
      <ErrorText message={errorMessage} stack={errorStack} />
      {errorGroup !== null && (
        <Link to="/failures/$group" params={{ group: errorGroup }} className="link">
          All failures of this kind
        </Link>
      )}
    </section>
  );
}
