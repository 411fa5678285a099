/** Every attempt of a step: how it went, what it said, and when the next one was due. */
import type { Attempt } from '@wm/client';
import { DataTable, type Column } from '../../ui/table.tsx';
import { ErrorText } from '../../ui/stack-trace.tsx';
import { Status } from '../../ui/status.tsx';
import { Duration, Instant } from '../../ui/time.tsx';
import css from './attempts.module.css';

const COLUMNS: Column<Attempt>[] = [
  { id: 'number', head: 'Attempt', cell: ({ attemptNumber }) => attemptNumber, number: true },
  { id: 'result', head: 'Result', cell: ({ result, inferred }) => <Status status={result} inferred={inferred} /> },
  { id: 'started', head: 'Started', cell: ({ startedAt }) => <Instant at={startedAt} none="never arrived" /> },
  {
    id: 'ended',
    head: 'Ended',
    cell: ({ endedAt, result }) => <Instant at={endedAt} none={result === 'running' ? 'goes on' : 'not known'} />,
  },
  { id: 'took', head: 'Took', cell: ({ durationMs }) => <Duration ms={durationMs} />, number: true },
  {
    id: 'retry',
    head: 'Retry',
    cell: (attempt) =>
      attempt.retryScheduled ? (
        <>
          after <Duration ms={attempt.retryDelayMs} none="a time not told" />
          {attempt.nextAttemptAt !== null && (
            <>
              , due <Instant at={attempt.nextAttemptAt} date={false} />
            </>
          )}
        </>
      ) : (
        <span className="faint">none</span>
      ),
  },
];

interface Props {
  stepName: string;
  attempts: readonly Attempt[];
  /** The error that stands above already: it is not shown again. */
  above?: { errorMessage: string | null; errorStack: string | null };
}

export function Attempts({ stepName, attempts, above }: Props) {
  if (attempts.length === 0)
    return (
      <p className={css.none}>
        No attempt was ever reported. That the step is done stands only in the list that the end brought.
      </p>
    );
  const failed = attempts.filter(({ result }) => result === 'failure' || result === 'timeout');
  const silent = failed.filter(({ errorMessage, errorStack }) => errorMessage === null && errorStack === null);
  const told = attempts.filter(({ errorMessage, errorStack }) => errorMessage !== null || errorStack !== null);
  return (
    <>
      <DataTable label={`Attempts of ${stepName}`} columns={COLUMNS} rows={attempts} rowKey={({ id }) => id} />
      {silent.length > 0 && (
        <p className={css.silent}>
          {silent.length === 1 ? 'Attempt' : 'Attempts'} {silent.map(({ attemptNumber }) => attemptNumber).join(', ')}{' '}
          failed without a message: of an attempt that will be tried again the client tells only that, and when.
        </p>
      )}
      {told.map((attempt) => (
        <div key={attempt.id} className={css.error}>
          <h3>
            Attempt {attempt.attemptNumber}: {attempt.result}
          </h3>
          {above !== undefined &&
          above.errorMessage === attempt.errorMessage &&
          above.errorStack === attempt.errorStack ? (
            <p className="soft">The error that stands above.</p>
          ) : (
            <ErrorText message={attempt.errorMessage} stack={attempt.errorStack} />
          )}
        </div>
      ))}
    </>
  );
}
