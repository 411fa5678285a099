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
  const { queue, unprocessed, oldestUnprocessedAgeMs, quarantined, freshness } = pipeline;
  return (
    <Panel title="Does what arrives get into the picture?">
      <Troubles pipeline={pipeline} />
      <ol className={css.stages}>
        <Stage name="Arrives" more="ingest: stored before it is acknowledged">
          <Ago at={freshness.lastArrivalAt} none="nothing yet" />
        </Stage>
        <Stage name="Rejected" more="put aside with its reason; hurts nobody else">
          <Link to="/pipeline" search={{ show: 'quarantine' }} className="link">
            {formatCount(quarantined)}
          </Link>
        </Stage>
        <Stage name="Waits" more={waits(oldestUnprocessedAgeMs)}>
          {formatCount(unprocessed)}
        </Stage>
        <Stage
          name="Wake-ups"
          more={queue === null ? 'not told to this key' : `the queue on ${backend(queue.backend)}`}
        >
          {queue?.counts === null || queue === null ? '–' : formatCount(queue.counts.waiting + queue.counts.active)}
        </Stage>
        <Stage name="In the picture" more="from arrival to what you see">
          {freshness.lagMs === 0 ? 'at once' : `${formatDuration(freshness.lagMs)} behind`}
        </Stage>
      </ol>
    </Panel>
  );
}

function waits(ageMs: number | null): string {
  return ageMs === null ? 'no event waits for a worker' : `the oldest for ${formatDuration(ageMs)}`;
}

export function backend(name: 'redis' | 'postgres'): string {
  return { redis: 'Redis', postgres: 'PostgreSQL' }[name];
}

function Stage({ name, more, children }: { name: string; more: string; children: ReactNode }) {
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
