/** The event that set a figure: a link to it, and to the state right after it. */
import { Link } from '@tanstack/react-router';
import type { Workflow } from '@wm/client';
import { Instant } from '../../../ui/time.tsx';
import { shortened } from '../../../ui/identifier.tsx';
import { runTarget, WORKFLOW_ROUTE } from '../run-detail.ts';
import type { Stop } from './stops.ts';
import css from './why.module.css';

interface Props {
  workflow: Workflow;
  event: string | undefined;
  stops: ReadonlyMap<string, Stop>;
}

export function SetBy({ workflow, event, stops }: Props) {
  if (event === undefined) return <span className="faint">no event</span>;
  const stop = stops.get(event);
  return (
    <span className={css.setBy}>
      <Link
        {...runTarget(workflow)}
        search={{ run: String(workflow.run), tab: 'events', event }}
        className="link mono"
        title={event}
      >
        {stop?.words ?? shortened(event)}
      </Link>
      {stop !== undefined && <Instant at={new Date(stop.at).toISOString()} />}
      <Link
        from={WORKFLOW_ROUTE}
        to={WORKFLOW_ROUTE}
        search={(before) => ({ ...before, at: event })}
        resetScroll={false}
        className="link"
        title="Right after this event"
      >
        state then
      </Link>
    </span>
  );
}
