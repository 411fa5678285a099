/** The events, a line each. Only those in sight are in the page; further pages come as one gets there. */
import { Link } from '@tanstack/react-router';
import { memo, useEffect } from 'react';
import type { Event } from '@wm/client';
import { useZone } from '../../../time/zone.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { Instant } from '../../../ui/time.tsx';
import tableCss from '../../../ui/table.module.css';
import { WORKFLOW_ROUTE } from '../run-detail.ts';
import { useVirtualRows } from '../use-virtual-rows.ts';
import { eventWords, stepOf } from './event-words.ts';
import css from './events.module.css';

const COLUMNS = 4;

interface Props {
  events: readonly Event[];
  chosen: string | undefined;
  more: boolean;
  reading: boolean;
  readMore: () => void;
}

export function EventTable({ events, chosen, more, reading, readMore }: Props) {
  const { scroller, items, before, after } = useVirtualRows({
    count: events.length + (more ? 1 : 0),
    height: 28,
    overscan: 15,
  });
  const atEnd = more && !reading && (items.at(-1)?.index ?? 0) >= events.length - 20;
  useEffect(() => {
    if (atEnd) readMore();
  }, [atEnd, readMore]);
  return (
    <div
      ref={scroller}
      className={classNames(tableCss.scroll, css.scroll)}
      tabIndex={0}
      role="region"
      aria-label="Events"
    >
      <table
        className={classNames(tableCss.table, css.table)}
        aria-label="Events"
        aria-rowcount={more ? -1 : events.length + 1}
      >
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Event</th>
            <th scope="col">Step</th>
            <th scope="col">Says</th>
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Space height={before} />}
          {items.map(({ index }) =>
            events[index] === undefined ? (
              <tr key="more">
                <td colSpan={COLUMNS} className="faint">
                  Reading more …
                </td>
              </tr>
            ) : (
              <EventRow
                key={events[index].id}
                event={events[index]}
                index={index}
                chosen={events[index].id === chosen}
              />
            ),
          )}
          {after > 0 && <Space height={after} />}
        </tbody>
      </table>
    </div>
  );
}

function Space({ height }: { height: number }) {
  return <tr aria-hidden="true" style={{ height }} />;
}

const EventRow = memo(function EventRow({ event, index, chosen }: { event: Event; index: number; chosen: boolean }) {
  const { zone } = useZone();
  const step = stepOf(event.payload);
  const words = eventWords(event.payload, zone);
  return (
    <tr aria-rowindex={index + 2} className={classNames(chosen && css.chosen)}>
      <td>
        <Instant at={event.timestamp} />
      </td>
      <td className="nowrap">
        <Link
          from={WORKFLOW_ROUTE}
          to={WORKFLOW_ROUTE}
          search={(before) => ({ ...before, event: chosen ? undefined : event.id })}
          replace
          resetScroll={false}
          data-row=""
          aria-expanded={chosen}
          className={css.type}
        >
          {event.type}
        </Link>
        {event.processingError !== null && <span className={css.refused}> refused by the store</span>}
        {!event.processed && <span className="faint"> not folded yet</span>}
        {event.flags.length > 0 && <span className="faint"> {event.flags.join(', ')}</span>}
      </td>
      <td className={classNames(tableCss.cut, css.step)} title={step ?? undefined}>
        {step}
      </td>
      <td className={classNames(tableCss.cut, css.says)} title={words}>
        {words}
      </td>
    </tr>
  );
});
