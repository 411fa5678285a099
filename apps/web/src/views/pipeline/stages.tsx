/** The way of an event, stage by stage, and what is wrong on it. */
import { Link } from '@tanstack/react-router';
import type { Pipeline } from '@wm/client';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount, formatDuration } from '../../time/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Ago } from '../../ui/time.tsx';
import { troublesOf } from './health.ts';
import css from './pipeline.module.css';

export function Stages({ pipeline }: { pipeline: Pipeline }) {
  const { queue, workers, throughput, unprocessed, oldestUnprocessedAgeMs, quarantined, freshness } = pipeline;
  return (
    <Panel title="Does what arrives get into the picture?">
      <Troubles pipeline={pipeline} />
      <ol className={css.stages}>
        <Stage
          name="Stored"
          more={<>the last {freshness.lastArrivalAt === null ? 'is to come' : <Ago at={freshness.lastArrivalAt} />}</>}
        >
          <PerMinute of={throughput?.storedPerMinute} />
        </Stage>
        <Stage name="Rejected" more="put aside, each with its reason">
          <Link to="/pipeline" search={{ show: 'quarantine' }} className="link">
            {formatCount(quarantined)}
          </Link>
        </Stage>
        <Stage name="Wake-ups" more={queue === null ? NOT_TOLD : `in the queue on ${backend(queue.backend)}`}>
          {queue === null || queue.counts === null ? '–' : formatCount(queue.counts.waiting + queue.counts.active)}
        </Stage>
        <Stage name="Events that wait" more={waits(oldestUnprocessedAgeMs)}>
          {formatCount(unprocessed)}
        </Stage>
        <Stage name="Workers" more={workers === null ? NOT_TOLD : 'connected now'}>
          {workers === null ? '–' : formatCount(workers)}
        </Stage>
        <Stage
          name="Taken into the state"
          more={freshness.lagMs === 0 ? 'at once' : `${formatDuration(freshness.lagMs)} behind`}
        >
          <PerMinute of={throughput?.foldedPerMinute} />
        </Stage>
      </ol>
    </Panel>
  );
}

const NOT_TOLD = 'not told to this key';

/** Known once the page has been open for a moment: the api reckons it from two readings. */
function PerMinute({ of }: { of: number | undefined }) {
  if (of === undefined) return <span className="faint">–</span>;
  return (
    <>
      {formatCount(of)}
      <span className={css.unit}> / min</span>
    </>
  );
}

function waits(ageMs: number | null): string {
  return ageMs === null ? 'no event waits for a worker' : `the oldest for ${formatDuration(ageMs)}`;
}

export function backend(name: 'redis' | 'postgres'): string {
  return { redis: 'Redis', postgres: 'PostgreSQL' }[name];
}

function Stage({ name, more, children }: { name: string; more: ReactNode; children: ReactNode }) {
  return (
    <li className={css.stage}>
      <span className={css.stageName}>{name}</span>
      <span className={css.stageFigure}>{children}</span>
      <span className={css.stageMore}>{more}</span>
    </li>
  );
}

function Troubles({ pipeline }: { pipeline: Pipeline }) {
  const troubles = troublesOf(pipeline);
  if (troubles.length === 0) {
    return (
      <p className={css.well}>
        <CircleCheck size={15} aria-hidden="true" /> Yes. Nothing waits too long, and nothing was rejected.
      </p>
    );
  }
  return (
    <ul className={css.troubles}>
      {troubles.map(({ level, words }) => (
        <li key={words} className={css[level]}>
          {level === 'bad' ? <CircleX size={15} aria-hidden="true" /> : <TriangleAlert size={15} aria-hidden="true" />}
          {words}
        </li>
      ))}
    </ul>
  );
}
