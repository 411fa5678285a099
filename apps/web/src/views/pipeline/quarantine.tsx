/** Events that were rejected, each with its reason: nothing is lost, but somebody has to look. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { QuarantinedEvent } from '@wm/client';
import { askPages } from '../../api/pages.ts';
import { ask } from '../../api/queries.ts';
import { useScope } from '../../frame/scope.ts';
import { formatBytes, formatCount } from '../../time/format.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Environment } from '../../ui/environment.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { Answered, Empty } from '../../ui/notice.tsx';
import { ONLY_CHOSEN, Segments } from '../../ui/segments.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Ago } from '../../ui/time.tsx';
import { BulkActions } from './bulk-actions.tsx';
import { QuarantineState } from './quarantine-state.tsx';
import { REASONS } from './reasons.ts';
import { QUARANTINE_STATES } from './search.ts';
import css from './pipeline.module.css';

const STATES = [...QUARANTINE_STATES, 'all'] as const;

/** One environment and one service at most: the api narrows to no more. */
function useQuarantineFilter() {
  const { reason } = useSearch({ from: '/pipeline' });
  const { env, service } = useScope();
  return {
    ...(reason !== undefined && { reason }),
    ...(env?.length === 1 && { env: env[0]! }),
    ...(service?.length === 1 && { service: service[0]! }),
  };
}

export function Quarantine() {
  const { state = 'open' } = useSearch({ from: '/pipeline' });
  const { env, service } = useScope();
  const filter = useQuarantineFilter();
  const pages = useInfiniteQuery(
    askPages('GET /v1/quarantine', { ...filter, ...(state !== 'all' && { state }), limit: 50 }),
  );
  const isWider = (env?.length ?? 0) > 1 || (service?.length ?? 0) > 1;
  return (
    <>
      <Filters state={state} />
      <p className="soft">
        Of any time, the newest first.
        {isWider && ' Narrowed to one environment and one service at a time: choose one to see its own.'}
      </p>
      {state === 'open' && <BulkActions filter={filter} />}
      <Answered query={pages} what="The rejected events" rows={10}>
        {(data) => {
          const rows = data.pages.flatMap(({ quarantined }) => quarantined);
          if (rows.length === 0) return <NoneThere state={state} narrowed={Object.keys(filter).length > 0} />;
          return (
            <>
              <DataTable label="Rejected events" columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />
              {pages.hasNextPage && (
                <Button
                  className={css.more}
                  disabled={pages.isFetchingNextPage}
                  onClick={() => void pages.fetchNextPage()}
                >
                  {pages.isFetchingNextPage ? 'Asking …' : 'Show more'}
                </Button>
              )}
            </>
          );
        }}
      </Answered>
    </>
  );
}

function Filters({ state }: { state: (typeof STATES)[number] }) {
  return (
    <div className={css.filters}>
      <Segments label="States">
        {STATES.map((each) => (
          <Link
            key={each}
            from="/pipeline"
            to="/pipeline"
            search={(before) => ({ ...before, state: each === 'open' ? undefined : each })}
            activeOptions={ONLY_CHOSEN}
            aria-current={each === state ? 'page' : undefined}
          >
            {each}
          </Link>
        ))}
      </Segments>
      <ReasonFilter />
    </div>
  );
}

/** Every reason there is, with how many of it are open: those first. */
function ReasonFilter() {
  const { reason } = useSearch({ from: '/pipeline' });
  const navigate = useNavigate({ from: '/pipeline' });
  const { data } = useQuery(ask('GET /v1/pipeline'));
  const open = new Map(data?.quarantineReasons.map((each) => [each.reason, each.open]));
  const codes = new Set([...open.keys(), ...Object.keys(REASONS), ...(reason === undefined ? [] : [reason])]);
  const choose = (next: string): void =>
    void navigate({ search: (before) => ({ ...before, reason: next === '' ? undefined : next }) });
  return (
    <label className={css.field}>
      Reason
      <select className={css.input} value={reason ?? ''} onChange={(event) => choose(event.target.value)}>
        <option value="">Any reason</option>
        {[...codes].map((code) => (
          <option key={code} value={code}>
            {REASONS[code] ?? code}
            {open.has(code) ? ` (${formatCount(open.get(code)!)} open)` : ''}
          </option>
        ))}
      </select>
    </label>
  );
}

function NoneThere({ state, narrowed }: { state: (typeof STATES)[number]; narrowed: boolean }) {
  return (
    <Empty
      title={
        state === 'open'
          ? 'No rejected event waits'
          : `No rejected event is here${state === 'all' ? '' : ` as ${state}`}`
      }
    >
      {state === 'open' ? (
        <p>Whatever cannot be stored as it came is put aside here with its reason, and hurts nothing else.</p>
      ) : (
        <p>What is redriven or discarded is kept here with who did it and when.</p>
      )}
      {narrowed && (
        <Link
          from="/pipeline"
          to="/pipeline"
          search={(before) => ({ ...before, reason: undefined, env: undefined, service: undefined })}
          className={buttonClass()}
        >
          Show all reasons, environments and services
        </Link>
      )}
    </Empty>
  );
}

const COLUMNS: Column<QuarantinedEvent>[] = [
  {
    id: 'event',
    head: 'Event',
    cell: ({ id, eventId }) => (
      <Link to="/pipeline/quarantine/$id" params={{ id }} data-row="" className="link">
        {eventId === null ? 'unreadable' : <Identifier id={eventId} copy={false} />}
      </Link>
    ),
  },
  { id: 'state', head: 'State', cell: ({ state }) => <QuarantineState state={state} /> },
  {
    id: 'reason',
    head: 'Reason',
    cell: ({ reason }) => (
      <Link from="/pipeline" to="/pipeline" search={(before) => ({ ...before, reason })} className="nowrap">
        {REASONS[reason] ?? reason}
      </Link>
    ),
  },
  { id: 'detail', head: 'What was wrong', cell: ({ detail }) => <span title={detail}>{detail}</span>, cut: true },
  { id: 'env', head: 'Environment', cell: ({ env }) => (env === null ? <Unnamed /> : <Environment env={env} />) },
  { id: 'service', head: 'Service', cell: ({ serviceKey }) => serviceKey ?? <Unnamed />, cut: true },
  {
    id: 'size',
    head: 'Kept',
    cell: ({ rawBytes, rawCut }) => `${formatBytes(rawBytes)}${rawCut ? ', cut' : ''}`,
    number: true,
  },
  { id: 'received', head: 'Received', cell: ({ receivedAt }) => <Ago at={receivedAt} />, number: true },
];

/** It names none that could be read. */
function Unnamed() {
  return <span className="faint">none named</span>;
}
