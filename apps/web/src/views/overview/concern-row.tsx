/** One thing that needs somebody: what, where, why, since when. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatCount, formatDuration, formatInstant, type Zone } from '../../time/format.ts';
import { useZone } from '../../time/zone.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Environment } from '../../ui/environment.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { Environments, Message } from '../failures/parts.tsx';
import { seriesOf, type ServiceCourse } from '../services/use-service-course.ts';
import type { Concern } from './concerns.ts';
import { onsetOf } from './onset.ts';
import css from './overview.module.css';

interface Told {
  where: ReactNode;
  what: ReactNode;
  reason: ReactNode;
  when: ReactNode;
}

export function ConcernRow({ concern, course }: { concern: Concern; course: ServiceCourse | undefined }) {
  const { where, what, reason, when } = tell(concern, course);
  return (
    <li>
      <Status status={concern.kind} />
      <span>{where}</span>
      <span className={css.what}>
        {what}
        <span className={css.reason}>{reason}</span>
      </span>
      <span className={css.when}>{when}</span>
    </li>
  );
}

function tell(concern: Concern, course: ServiceCourse | undefined): Told {
  switch (concern.kind) {
    case 'failing':
    case 'worse':
      return {
        where: <Environment env={concern.env} />,
        what: (
          <Link to="/failures" search={{ env: [concern.env], service: [concern.serviceKey] }} data-row="">
            {concern.name}
          </Link>
        ),
        reason: concern.reason,
        when: <Onset concern={concern} course={course} />,
      };
    case 'stuck':
    case 'overdue':
      return {
        where: <Environment env={concern.env} />,
        what: (
          <Link to="/active" search={{ env: [concern.env], state: [concern.kind] }} data-row="">
            {concern.count === 1 ? '1 run' : `${formatCount(concern.count)} runs`}
          </Link>
        ),
        reason:
          concern.kind === 'stuck'
            ? `should have gone on minutes ago, or ${concern.count === 1 ? 'is' : 'are'} silent for longer than is usual.`
            : 'should have gone on more than 15 s ago.',
        when: null,
      };
    case 'new error':
      return tellNewError(concern);
    case 'rejected':
    case 'behind':
    case 'not read':
      return tellPipeline(concern);
  }
}

function tellNewError({ group }: Extract<Concern, { kind: 'new error' }>): Told {
  const times = group.count === 1 ? 'once' : `${formatCount(group.count)} times`;
  return {
    where: <Environments envs={group.envs} />,
    what: (
      <Link to="/failures/$group" params={{ group: group.errorGroup }} className={classNames(css.shrinks)} data-row="">
        <Message text={group.message} />
      </Link>
    ),
    reason: `${times}, in ${group.workflowNames.slice(0, 2).join(', ')}${group.workflowNames.length > 2 ? ', …' : ''}`,
    when: (
      <>
        since <Ago at={group.firstSeen} />
      </>
    ),
  };
}

function tellPipeline(concern: Extract<Concern, { kind: 'rejected' | 'behind' | 'not read' }>): Told {
  const where = <span className="faint">pipeline</span>;
  if (concern.kind === 'rejected') {
    return {
      where,
      what: (
        <Link to="/pipeline" search={{ show: 'quarantine', state: 'open' }} data-row="">
          {concern.count === 1 ? '1 rejected event' : `${formatCount(concern.count)} rejected events`}
        </Link>
      ),
      reason: 'wait for somebody to look. They are kept.',
      when: null,
    };
  }
  if (concern.kind === 'behind') {
    return {
      where,
      what: (
        <Link to="/pipeline" data-row="">
          {formatCount(concern.pendingEvents)} events
        </Link>
      ),
      reason: `are stored and not yet in what you see; the oldest waits for ${formatDuration(concern.lagMs)}.`,
      when: null,
    };
  }
  const queue = concern.what === 'queue';
  return {
    where,
    what: (
      <Link to="/pipeline" data-row="">
        {queue ? 'The queue' : `${formatCount(concern.count)} stored events`}
      </Link>
    ),
    reason: queue ? 'does not answer. Nothing is lost: the sweeper finds the work.' : 'could not be taken in.',
    when: null,
  };
}

/** Since about when; nothing where the range does not show a beginning. */
function Onset({
  concern,
  course,
}: {
  concern: Extract<Concern, { kind: 'failing' | 'worse' }>;
  course: ServiceCourse | undefined;
}) {
  const { zone } = useZone();
  const series = course === undefined ? null : seriesOf(course, concern.env, concern.serviceKey);
  if (course === undefined || series === null) return null;
  const at = onsetOf(series);
  if (at === null) return 'no clear beginning in this range';
  const onset = new Date(course.grid[at]!);
  return (
    <>
      since about {minuteOf(onset, zone, course.ms >= 3_600_000)} (<Ago at={onset.toISOString()} />)
    </>
  );
}

/** 14:20 UTC: a point of a series is no more exact. */
function minuteOf(at: Date, zone: Zone, date: boolean): string {
  return formatInstant(at, zone, { date, ms: false }).replace(/:\d\d(?= UTC|$)/, '');
}
