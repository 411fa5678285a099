/** What a run did when. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ask } from '../../../api/queries.ts';
import { useNow } from '../../../time/clock.ts';
import { formatCount } from '../../../time/format.ts';
import { Answered, Empty } from '../../../ui/notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Segments } from '../../../ui/segments.tsx';
import { pathOf, WORKFLOW_ROUTE, type Detail } from '../run-detail.ts';
import { Drawing } from './drawing.tsx';
import { buildTimeline, foldsByItself, upTo, type Timeline } from './rows.ts';
import { makeScale } from './scale.ts';

export function TimelineTab({ detail }: { detail: Detail }) {
  const { workflow } = detail;
  const spans = useQuery(
    ask(
      'GET /v1/workflows/{env}/{service}/{workflowId}/spans',
      { path: pathOf(workflow), query: { run: workflow.run } },
      { live: false, version: `${workflow.lastEventId} ${workflow.eventCount}` },
    ),
  );
  const began = Date.parse(workflow.startedAt ?? workflow.queuedAt ?? workflow.firstEventAt);
  const ended = Date.parse(workflow.completedAt ?? workflow.failedAt ?? workflow.cancelledAt ?? workflow.lastEventAt);
  const built = useMemo(
    () => (spans.data === undefined ? undefined : buildTimeline(spans.data.spans, began, ended)),
    [spans.data, began, ended],
  );
  return (
    <Answered query={{ ...spans, data: built }} what="The timeline" rows={10} height={28}>
      {(timeline) => <Timed timeline={timeline} detail={detail} />}
    </Answered>
  );
}

function Timed({ timeline, detail }: { timeline: Timeline; detail: Detail }) {
  const over = detail.time.final || detail.workflow.gaps.includes('end');
  return over ? (
    <Shown timeline={timeline} detail={detail} now={null} />
  ) : (
    <Moving timeline={timeline} detail={detail} />
  );
}

/** What goes on grows with the clock. */
function Moving({ timeline, detail }: { timeline: Timeline; detail: Detail }) {
  const now = useNow();
  return <Shown timeline={useMemo(() => upTo(timeline, now), [timeline, now])} detail={detail} now={now} />;
}

function Shown({ timeline, detail, now }: { timeline: Timeline; detail: Detail; now: number | null }) {
  const { waits } = useSearch({ from: WORKFLOW_ROUTE });
  const folded = timeline.pauses.length > 0 && (waits === undefined ? foldsByItself(timeline) : waits === 'out');
  const scale = useMemo(
    () => makeScale(timeline.start, timeline.end, folded ? timeline.pauses : []),
    [timeline, folded],
  );
  if (timeline.rows.length === 0)
    return (
      <Empty title="This run has no steps">
        {now === null ? 'It began and ended without any.' : 'None has begun yet. They are shown here as they do.'}
      </Empty>
    );
  return (
    <Panel
      title="What did it do when?"
      aside={timeline.pauses.length > 0 && <Waits folded={folded} />}
      note={`${counted(timeline.rows.length, 'row')}, ${counted(timeline.attempts, 'attempt')}. Drag over a stretch to see it closer, ctrl + wheel zooms, f fits the rows in sight, 0 shows all.`}
    >
      {/* Another scale is another drawing: what was in sight of it means nothing here. */}
      <Drawing key={String(folded)} timeline={timeline} scale={scale} detail={detail} now={now} />
    </Panel>
  );
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

function Waits({ folded }: { folded: boolean }) {
  const to = (waits: 'in' | 'out') => (
    <Link
      from={WORKFLOW_ROUTE}
      to={WORKFLOW_ROUTE}
      search={(before) => ({ ...before, waits, zoom: undefined })}
      replace
      resetScroll={false}
      aria-current={folded === (waits === 'out') ? 'true' : undefined}
    >
      {waits === 'out' ? 'Fold waits' : 'True to time'}
    </Link>
  );
  return (
    <Segments label="Waits">
      {to('out')}
      {to('in')}
    </Segments>
  );
}
