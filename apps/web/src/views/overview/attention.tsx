/** What needs somebody now, what is worst first; or, in words, that nothing does and what was looked at. */
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleDashed } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import type { Service } from '@wm/client';
import type { Answer } from '../../api/queries.ts';
import { useRange, useScope } from '../../frame/scope.ts';
import { formatCount, formatRate } from '../../time/format.ts';
import { rangeWords } from '../../time/range.ts';
import { Panel } from '../../ui/panel.tsx';
import { concernsOf, type Concern } from './concerns.ts';
import { ConcernRow } from './concern-row.tsx';
import { useNewSince } from '../failures/use-new-since.ts';
import { useServiceCourse } from '../services/use-service-course.ts';
import { figuresOf, inScope } from './figures.ts';
import type { overviewQuestions } from './questions.ts';
import css from './overview.module.css';

export interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

interface Props {
  services: Asked<Answer<'GET /v1/services'>>;
  groups: Asked<Answer<'GET /v1/failures/groups'>>;
  questions: Pick<ReturnType<typeof overviewQuestions>, 'active' | 'pipeline'>;
}

/** New errors beyond so many are told as a number. */
const NEW_ERRORS = 3;

export function Attention({ services: asked, groups, questions }: Props) {
  const scope = useScope();
  const services = asked.data === undefined ? undefined : inScope(asked.data.services, scope.service);
  const active = useQuery(questions.active);
  const pipeline = useQuery(questions.pipeline);
  const newSince = useNewSince(groups.data?.range);
  const concerns = concernsOf({
    services,
    groups: groups.data,
    newSince,
    active: active.data?.counts,
    pipeline: pipeline.data,
    freshness: asked.data?.freshness,
  });
  const course = useServiceCourse(concerns.some(({ kind }) => kind === 'failing' || kind === 'worse'));
  const newErrors = concerns.filter(({ kind }) => kind === 'new error');
  const hidden = newErrors.slice(NEW_ERRORS);
  const unread = [
    ...(asked.error === null ? [] : ['The health of services']),
    ...(groups.error === null ? [] : ['Errors']),
    ...(active.error === null ? [] : ['Stuck and overdue runs']),
    ...(pipeline.error === null ? [] : ['The pipeline']),
  ];
  const waiting = [asked, groups, active, pipeline].some(({ data, error }) => data === undefined && error === null);
  const shown = concerns.filter((concern) => !hidden.includes(concern));
  return (
    <Panel title="What needs attention?">
      {shown.length > 0 && (
        <ul className={css.concerns}>
          {shown.map((concern) => (
            <ConcernRow key={keyOf(concern)} concern={concern} course={course} />
          ))}
        </ul>
      )}
      {hidden.length > 0 && (
        <p className={css.unread}>
          <Link to="/failures" className="link">
            {formatCount(hidden.length)} more new errors
          </Link>
        </p>
      )}
      {shown.length === 0 && <Calm services={services} waiting={waiting} unread={unread.length} />}
      {unread.length > 0 && (
        <p className={css.unread} role="alert">
          Not looked at, because they could not be read: {unread.join(', ')}.
        </p>
      )}
    </Panel>
  );
}

function keyOf(concern: Concern): string {
  if (concern.kind === 'new error') return concern.group.errorGroup;
  return [
    concern.kind,
    'env' in concern ? concern.env : '',
    'serviceKey' in concern ? concern.serviceKey : '',
    'what' in concern ? concern.what : '',
  ].join(' ');
}

/** @param services undefined: not known. @param unread how many of the questions got no answer */
function Calm({ services, waiting, unread }: { services: Service[] | undefined; waiting: boolean; unread: number }) {
  const uneasy = waiting || unread > 0;
  return (
    <div className={css.calm} {...(uneasy && { 'data-uneasy': '' })}>
      {uneasy ? <CircleDashed size={18} aria-hidden="true" /> : <CircleCheck size={18} aria-hidden="true" />}
      <p>
        <strong>{waiting ? 'Looking …' : calmWords(unread)}</strong>
      </p>
      {!waiting && services !== undefined && (
        <p className="soft">
          <Runs services={services} />
          {unread === 0 && ' No error is new, no run is stuck or overdue, and every event was taken in.'}
        </p>
      )}
    </div>
  );
}

const QUESTIONS = 4;

function calmWords(unread: number): string {
  if (unread === 0) return 'Nothing does.';
  return unread === QUESTIONS ? 'Nobody can say.' : 'Nothing in what was looked at.';
}

/** Among how many runs nothing stands out. */
function Runs({ services }: { services: Service[] }) {
  const words = rangeWords(useRange());
  const { started, completed, failed, successRate } = figuresOf(services.flatMap(({ environments }) => environments));
  const ended = completed + failed;
  if (ended === 0) return `No run ended ${words}, and ${formatCount(started)} started.`;
  if (failed === 0) return `No failures ${words} among ${formatCount(ended)} runs.`;
  return (
    <>
      <Link to="/failures" search={{ by: 'time' }}>
        {formatCount(failed)}
      </Link>{' '}
      of {formatCount(ended)} runs that ended {words} failed ({formatRate(1 - (successRate ?? 1))}); no service fares
      worse than in the same time before.
    </>
  );
}
