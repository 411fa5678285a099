/** Steps through the events of a run: a slider, which the arrow keys move, and buttons. */
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Workflow } from '@wm/client';
import { useShortcut } from '../../../frame/shortcuts.ts';
import { formatCount, formatDuration, formatInstant } from '../../../time/format.ts';
import { useZone } from '../../../time/zone.tsx';
import { Button } from '../../../ui/button.tsx';
import { runTarget, WORKFLOW_ROUTE } from '../run-detail.ts';
import { EVERY_EVENT_UP_TO, type Stop } from './stops.ts';
import css from './why.module.css';

interface Props {
  stops: readonly Stop[];
  /** −1: an event that is none of the stops. */
  place: number;
  of: Workflow;
}

const STILL_MS = 120;

export function Scrubber({ stops, place, of }: Props) {
  const [held, go] = usePlace(stops, place);
  const { zone } = useZone();
  const last = stops.length - 1;
  const stop = stops[held];
  useShortcut('ArrowLeft', 'State: one event back', () => go(held - 1));
  useShortcut('ArrowRight', 'State: one event on', () => go(held + 1));
  const instant = stop === undefined ? '' : formatInstant(new Date(stop.at), zone);
  const words = stop === undefined ? 'an event of its own' : `${stop.words}, ${instant}`;
  return (
    <div className={css.scrubber}>
      <div className={css.controls}>
        <Move icon={ChevronFirst} name="First event" to={0} go={go} off={held === 0} />
        <Move icon={ChevronLeft} name="One event back" to={held - 1} go={go} off={held <= 0} />
        <input
          type="range"
          min={0}
          max={last}
          value={Math.max(0, held)}
          aria-label="Event"
          aria-valuetext={words}
          onChange={({ target }) => go(Number(target.value))}
        />
        <Move icon={ChevronRight} name="One event on" to={held + 1} go={go} off={held >= last} />
        <Move icon={ChevronLast} name="The present" to={last} go={go} off={held >= last} />
      </div>
      <p className={css.stop}>
        {stop === undefined ? (
          'The event of this address is none of those below; arrows go on from the first one.'
        ) : (
          <>
            <strong className="mono">{stop.words}</strong> <span className="number">{instant}</span>{' '}
            <span className="faint">
              {formatDuration(Math.max(0, stop.at - stops[0]!.at))} after the first · {formatCount(held + 1)} of{' '}
              {formatCount(stops.length)}
            </span>{' '}
            <Link {...runTarget(of)} search={{ run: String(of.run), tab: 'events', event: stop.id }} className="link">
              the event
            </Link>
          </>
        )}
      </p>
      {of.eventCount > EVERY_EVENT_UP_TO && (
        <p className="faint">
          This run has {formatCount(of.eventCount)} events. It stops at those that begin or end something; any other can
          be chosen under Events.
        </p>
      )}
    </div>
  );
}

function Move({
  icon: Icon,
  name,
  to,
  go,
  off,
}: {
  icon: LucideIcon;
  name: string;
  to: number;
  go: (place: number) => void;
  off: boolean;
}) {
  return (
    <Button kind="bare" small aria-label={name} title={name} disabled={off} onClick={() => go(to)}>
      <Icon size={16} aria-hidden="true" />
    </Button>
  );
}

/** The slider moves at once, the address (and what is asked for) follows when it rests. */
function usePlace(stops: readonly Stop[], place: number): [number, (place: number) => void] {
  const navigate = useNavigate({ from: WORKFLOW_ROUTE });
  const [held, setHeld] = useState(place);
  const [seen, setSeen] = useState(place);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (seen !== place) {
    setSeen(place);
    setHeld(place);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const go = (wanted: number): void => {
    const next = Math.min(Math.max(wanted, 0), stops.length - 1);
    setHeld(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const at = next === stops.length - 1 ? undefined : stops[next]!.id;
      void navigate({ search: (before) => ({ ...before, at }), replace: true, resetScroll: false });
    }, STILL_MS);
  };
  return [held, go];
}
