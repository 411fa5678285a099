/** How fresh each service is: a service that fell silent is not one that is well. */
import { Link } from '@tanstack/react-router';
import type { Pipeline } from '@wm/client';
import { byImportance, useScope } from '../../frame/scope.ts';
import { formatCount, formatDuration } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Ago, Duration } from '../../ui/time.tsx';
import { buttonClass } from '../../ui/button.tsx';
import css from './pipeline.module.css';

type Row = Pipeline['services'][number];

/** A delay that somebody should know of: clients send at the end of each slice. */
const LONG_DELAY_MS = 60_000;

export function ServiceLag({ services }: { services: Pipeline['services'] }) {
  const { env, service } = useScope();
  const rows = services
    .filter((row) => (env?.includes(row.env) ?? true) && (service?.includes(row.serviceKey) ?? true))
    .toSorted((left, right) => byImportance(left.env, right.env) || left.serviceKey.localeCompare(right.serviceKey));
  return (
    <Panel title="When was each service last heard of?">
      {rows.length === 0 ? (
        <Empty title={services.length === 0 ? 'No service was heard of yet' : 'No service fits these filters'}>
          <Link to="/connect" className={buttonClass()}>
            Connect a service
          </Link>
        </Empty>
      ) : (
        <DataTable
          label="Freshness by environment and service"
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => JSON.stringify([row.env, row.serviceKey])}
        />
      )}
    </Panel>
  );
}

const COLUMNS: Column<Row>[] = [
  { id: 'env', head: 'Environment', cell: ({ env }) => <Environment env={env} /> },
  {
    id: 'service',
    head: 'Service',
    cell: ({ env, serviceKey }) => (
      <Link
        to="/workflows"
        search={{ env: [env], service: [serviceKey], sort: 'updated' }}
        data-row=""
        className="link nowrap"
      >
        {serviceKey}
      </Link>
    ),
  },
  { id: 'arrival', head: 'Last arrival', cell: ({ lastArrivalAt }) => <Ago at={lastArrivalAt} />, number: true },
  { id: 'event', head: 'Its newest event', cell: ({ lastEventAt }) => <Ago at={lastEventAt} />, number: true },
  { id: 'delay', head: 'Delay of the last', cell: (row) => <Delay ms={row.lastDelayMs} />, number: true },
  { id: 'pending', head: 'Events that wait', cell: ({ pendingEvents }) => formatCount(pendingEvents), number: true },
  {
    id: 'lag',
    head: 'The oldest since',
    cell: ({ lagMs }) => (lagMs === 0 ? <span className="faint">–</span> : <Duration ms={lagMs} />),
    number: true,
  },
];

/** From the event's own time to its arrival; both clocks are in it. */
function Delay({ ms }: { ms: number | null }) {
  if (ms === null) return <span className="faint">not known</span>;
  if (ms < 0) return <span title="Its clock is ahead of ours">clock {formatDuration(-ms)} ahead</span>;
  return (
    <span className={ms > LONG_DELAY_MS ? css.long : undefined}>
      <Duration ms={ms} />
    </span>
  );
}
