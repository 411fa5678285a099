/** How new the picture is, and whether it moves. An old "all green" must not pass for a new one. */
import { CirclePause, CirclePlay, Radio, TriangleAlert, Unplug } from 'lucide-react';
import { useLive, type LiveState } from '../api/live.tsx';
import type { Freshness } from '@wm/client';
import { useNow } from '../time/clock.ts';
import { formatAgo, formatCount, formatDuration } from '../time/format.ts';
import { classNames } from '../ui/class-names.ts';
import { useEnvironments } from './scope.ts';
import { useShortcut } from './shortcuts.ts';
import css from './freshness-badge.module.css';

/** Beyond this the pipeline is behind, and it says so. */
const BEHIND_MS = 5_000;

export function FreshnessBadge() {
  const { state, setPaused } = useLive();
  const { data, isError } = useEnvironments();
  const now = useNow(1_000);
  useShortcut('l', 'Live, or paused', () => setPaused(state !== 'paused'));
  const told = tell(isError ? 'lost' : state, data?.freshness ?? null, data?.asOf ?? null, now);
  const Icon = told.icon;
  return (
    <div className={css.freshness}>
      <span className={classNames(css.badge, css[told.tone])} role="status" title={told.more}>
        <Icon size={14} aria-hidden="true" />
        <span className={css.words}>{told.words}</span>
      </span>
      <button
        type="button"
        className={css.switch}
        aria-pressed={state !== 'paused'}
        aria-label="Live"
        title={state === 'paused' ? 'Paused: nothing moves. Press to go on (l)' : 'Live: press to pause (l)'}
        onClick={() => setPaused(state !== 'paused')}
      >
        {state === 'paused' ? (
          <CirclePlay size={16} aria-hidden="true" />
        ) : (
          <CirclePause size={16} aria-hidden="true" />
        )}
      </button>
    </div>
  );
}

interface Told {
  words: string;
  more: string;
  tone: 'good' | 'behind' | 'lost';
  icon: typeof Radio;
}

/** The badge in words. What is worst comes first. */
function tell(state: LiveState, freshness: Freshness | null, asOf: string | null, now: number): Told {
  const age = asOf === null ? null : formatAgo(now - Date.parse(asOf));
  if (state === 'lost') {
    return {
      words: age === null ? 'No connection' : `No connection; as of ${age}`,
      more: 'The api is not reached. Events are still taken in if ingest runs; this page shows what it last knew.',
      tone: 'lost',
      icon: Unplug,
    };
  }
  if (freshness !== null && freshness.lagMs > BEHIND_MS) {
    return {
      words: `Behind by ${formatDuration(freshness.lagMs)}`,
      more: `${formatCount(freshness.pendingEvents)} events are stored and not yet in what you see.`,
      tone: 'behind',
      icon: TriangleAlert,
    };
  }
  if (state === 'paused') {
    return {
      words: age === null ? 'Paused' : `Paused; as of ${age}`,
      more: 'Nothing moves until you go on.',
      tone: 'behind',
      icon: CirclePause,
    };
  }
  const heard = freshness?.lastArrivalAt ?? null;
  const words = heard === null ? 'Nothing arrived yet' : `Last event ${formatAgo(now - Date.parse(heard))}`;
  return {
    words,
    more: 'Everything that arrived is in what you see. When the newest event came is known within ten seconds.',
    tone: 'good',
    icon: Radio,
  };
}
