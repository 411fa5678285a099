/** The state of a run, a step or an attempt: a shape, a word and a colour, never the colour alone. */
import {
  ArchiveX,
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleX,
  ClockAlert,
  Hourglass,
  OctagonAlert,
  RotateCw,
  Sparkles,
  TimerOff,
  Unplug,
  type LucideIcon,
} from 'lucide-react';
import { classNames } from './class-names.ts';
import css from './status.module.css';

type Tone = 'running' | 'completed' | 'failed' | 'paused' | 'quiet';

const SHOWN: Record<string, { icon: LucideIcon; tone: Tone }> = {
  queued: { icon: Hourglass, tone: 'quiet' },
  pending: { icon: CircleDashed, tone: 'quiet' },
  running: { icon: CircleDot, tone: 'running' },
  active: { icon: CircleDot, tone: 'running' },
  paused: { icon: CirclePause, tone: 'paused' },
  scheduled: { icon: CirclePause, tone: 'paused' },
  retrying: { icon: RotateCw, tone: 'paused' },
  overdue: { icon: ClockAlert, tone: 'failed' },
  stuck: { icon: OctagonAlert, tone: 'failed' },
  completed: { icon: CircleCheck, tone: 'completed' },
  success: { icon: CircleCheck, tone: 'completed' },
  healthy: { icon: CircleCheck, tone: 'completed' },
  failed: { icon: CircleX, tone: 'failed' },
  failure: { icon: CircleX, tone: 'failed' },
  failing: { icon: CircleX, tone: 'failed' },
  timeout: { icon: TimerOff, tone: 'failed' },
  worse: { icon: CircleAlert, tone: 'paused' },
  cancelled: { icon: Ban, tone: 'quiet' },
  'new error': { icon: Sparkles, tone: 'failed' },
  behind: { icon: ClockAlert, tone: 'paused' },
  'not read': { icon: Unplug, tone: 'failed' },
  rejected: { icon: ArchiveX, tone: 'paused' },
  interrupted: { icon: Ban, tone: 'quiet' },
};

interface Props {
  status: string;
  /** Of a paused run: what it waits for. */
  pauseReason?: string | null;
  /** overdue and stuck say more than the status. */
  activityState?: string | null;
  /** Concluded, not reported. */
  inferred?: boolean;
  compact?: boolean;
}

/** Running, paused, overdue, …: where a run is late, that is its word. */
export function Status({ status, pauseReason, activityState, inferred = false, compact = false }: Props) {
  const late = activityState === 'overdue' || activityState === 'stuck';
  const shown = late ? activityState : status;
  const { icon: Icon, tone } = SHOWN[shown] ?? { icon: CircleDashed, tone: 'quiet' as const };
  const word = wordOf(shown, pauseReason ?? null);
  return (
    <span
      className={classNames(css.status, css[tone], compact && css.compact)}
      title={inferred ? `${word}: concluded, not reported` : undefined}
    >
      <Icon size={14} aria-hidden="true" strokeWidth={2.25} />
      <span className={classNames(compact && 'only-read', inferred && css.inferred)}>{word}</span>
    </span>
  );
}

function wordOf(shown: string, pauseReason: string | null): string {
  if (shown === 'paused' && pauseReason === 'sleep') return 'sleeping';
  if (shown === 'paused' && pauseReason === 'retry') return 'retrying';
  return shown;
}
