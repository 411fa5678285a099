/** One event whole: as it came, and what became of it. */
import { Link, useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { Event, Workflow } from '@wm/client';
import { formatDuration } from '../../../time/format.ts';
import { Button } from '../../../ui/button.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { JsonViewer } from '../../../ui/json/json-viewer.tsx';
import { Answered, Empty } from '../../../ui/notice.tsx';
import { Instant } from '../../../ui/time.tsx';
import { WORKFLOW_ROUTE } from '../run-detail.ts';
import { useEvent } from './use-events.ts';
import css from './events.module.css';

/** What ingest noticed, in words. */
const FLAGS: Record<string, string> = {
  far_future: 'Its time lies more than a day ahead of our clock.',
  id_derived: 'Its id was no UUID: this one is made from it.',
  text_marked: 'Characters that the store cannot hold are replaced by markers such as ⟦U+0000⟧.',
  number_as_text: 'Numbers too large to be held exactly are kept as text, with all digits.',
  bytes_replaced: 'The request was no valid UTF-8; what could not be read shows as U+FFFD.',
};

export function EventPane({
  workflow,
  id,
  known,
}: {
  workflow: Workflow;
  id: string | undefined;
  known: readonly Event[];
}) {
  const navigate = useNavigate({ from: WORKFLOW_ROUTE });
  const query = useEvent(workflow, id, known);
  if (id === undefined) return null;
  return (
    <aside className={css.pane} aria-label="The chosen event">
      <div className={css.paneHead}>
        <Identifier id={id} most={24} />
        <Button
          kind="bare"
          small
          aria-label="Close the event"
          onClick={() =>
            void navigate({ search: (before) => ({ ...before, event: undefined }), replace: true, resetScroll: false })
          }
        >
          <X size={15} aria-hidden="true" />
        </Button>
      </div>
      <Answered query={query} what="This event" rows={6}>
        {(event) =>
          event === null ? (
            <Empty title="This workflow has no such event">
              Its id may have been derived, or your key does not reach it.
            </Empty>
          ) : (
            <Whole key={event.id} event={event} />
          )
        }
      </Answered>
    </aside>
  );
}

function Whole({ event }: { event: Event }) {
  const delay = Date.parse(event.receivedAt) - Date.parse(event.timestamp);
  return (
    <>
      <h3>{event.type}</h3>
      <dl className={css.facts}>
        <dt>Its time</dt>
        <dd>
          <Instant at={event.timestamp} />
        </dd>
        <dt>Arrived</dt>
        <dd>
          <Instant at={event.receivedAt} />{' '}
          <span className="faint">
            {delay < 0
              ? `${formatDuration(-delay)} before its time: that clock is ahead`
              : `${formatDuration(delay)} later`}
          </span>
        </dd>
        <dt>Folded</dt>
        <dd>
          {event.processed ? <Instant at={event.processedAt} none="yes" /> : 'not yet'}
          {event.processingError !== null && (
            <span className={css.refused}> Every fold skips it: {event.processingError}</span>
          )}
        </dd>
        {event.flags.map((flag) => (
          <dd key={flag} className={css.flag}>
            {FLAGS[flag] ?? flag}
          </dd>
        ))}
      </dl>
      <p>
        <Link
          from={WORKFLOW_ROUTE}
          to={WORKFLOW_ROUTE}
          search={(before) => ({ run: before.run, tab: 'why', at: event.id })}
          className="link"
        >
          The state right after it
        </Link>
      </p>
      <JsonViewer label="the event" value={event.payload} most={46} />
    </>
  );
}
