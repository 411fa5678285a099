/** The attempts one below the other, on one scale of time, with the waits between. */
import type { Attempt, Step } from '@wm/client';
import { useNow } from '../../time/clock.ts';
import { formatDuration } from '../../time/format.ts';
import { Duration } from '../../ui/time.tsx';
import { layAttempts } from './attempt-layout.ts';
import css from './step.module.css';

const TONES: Record<Attempt['result'], string | undefined> = {
  success: css.success,
  failure: css.failure,
  timeout: css.failure,
  running: css.running,
  interrupted: css.interrupted,
};

export function AttemptBars({ step }: { step: Step }) {
  const now = useNow();
  const { laid, lengthMs } = layAttempts(step.attempts, now);
  if (lengthMs === 0) return <p className="soft">Its times are not known.</p>;
  return (
    <ol className={css.bars}>
      {laid.map(({ attempt, from, to, waitTo }) => (
        <li key={attempt.id}>
          <span className="number">attempt {attempt.attemptNumber}</span>
          <span className={css.track} aria-hidden="true">
            {from !== null && to !== null && (
              <span
                className={TONES[attempt.result]}
                style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
              />
            )}
            {to !== null && waitTo !== null && waitTo > to && (
              <span className={css.wait} style={{ left: `${to * 100}%`, width: `${(waitTo - to) * 100}%` }} />
            )}
          </span>
          <span className="number">
            <Duration ms={attempt.durationMs} none={attempt.result} />
            {attempt.retryDelayMs !== null && (
              <span className="faint"> then a wait of {formatDuration(attempt.retryDelayMs)}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
