/** The whole run in one line: when it worked, slept, waited, and where attempts failed. The part in sight is framed. */
import { memo, useMemo, useRef, type PointerEvent } from 'react';
import { courseOf, type Timeline } from './rows.ts';
import { placeOf, type Scale, type View } from './scale.ts';
import css from './timeline.module.css';

const NAMES = { active: css.stripActive, sleep: css.stripSleep, retry: css.stripRetry, paused: css.stripSleep };

interface Props {
  timeline: Timeline;
  scale: Scale;
  view: View;
  width: number;
  show: (view: View) => void;
}

export function Strip({ timeline, scale, view, width, show }: Props) {
  const held = useRef(false);
  const move = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * scale.length;
    show({ from: at - view.length / 2, length: view.length });
  };
  return (
    // The arrow keys do the same for who has no pointer.
    <div
      className={css.strip}
      aria-hidden="true"
      onPointerDown={(event) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={(event) => held.current && move(event)}
      onPointerUp={() => (held.current = false)}
      onPointerCancel={() => (held.current = false)}
    >
      <Course timeline={timeline} scale={scale} parts={Math.min(400, Math.max(50, Math.floor(width / 3)))} />
      <span
        className={css.window}
        style={{
          left: `${(view.from / scale.length) * 100}%`,
          width: `${(view.length / scale.length) * 100}%`,
        }}
      />
    </div>
  );
}

/** Drawn anew only when the run is another: zoom and pan move the frame above it. */
const Course = memo(function Course({ timeline, scale, parts }: Pick<Props, 'timeline' | 'scale'> & { parts: number }) {
  const { segments, failed } = useMemo(
    () => courseOf(timeline, (time) => placeOf(scale, time), scale.length, parts),
    [timeline, scale, parts],
  );
  return (
    <svg viewBox={`0 0 ${parts} 18`} preserveAspectRatio="none">
      {segments.map(({ from, parts: length, was }) => (
        <rect
          key={from}
          x={from}
          y={was === 'active' ? 5 : 8}
          width={length}
          height={was === 'active' ? 8 : 2}
          className={NAMES[was]}
        />
      ))}
      {failed.map((part) => (
        <rect key={part} x={part} y={0} width={1} height={5} className={css.stripFailed} />
      ))}
    </svg>
  );
});
