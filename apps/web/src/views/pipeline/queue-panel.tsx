/** Wake-ups by state. */
import { useQuery } from '@tanstack/react-query';
import type { Pipeline } from '@wm/client';
import { ExternalLink } from 'lucide-react';
import { BASE_PATH } from '../../api/base.ts';
import { sessionQuery } from '../../api/session.ts';
import { formatCount } from '../../time/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { backend } from './stages.tsx';

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;
type Row = { state: (typeof STATES)[number]; count: number };

const MEANS: Record<Row['state'], string> = {
  waiting: 'for a worker that is free',
  active: 'a worker is at it',
  delayed: 'tried again in a moment',
  failed: 'given up; the sweeper takes what they were for',
};

export function QueuePanel({ queue }: { queue: Pipeline['queue'] }) {
  return (
    <Panel title="What is in the queue?" aside={<BoardLink />}>
      {queue === null && <p className="soft">The queue belongs to everyone together, so this key is not told of it.</p>}
      {queue !== null && queue.counts === null && (
        <p className="soft">The queue on {backend(queue.backend)} does not answer, so its counts are not known.</p>
      )}
      {queue?.counts != null && (
        <DataTable
          label="Wake-ups by state"
          columns={COLUMNS}
          rows={STATES.map((state) => ({ state, count: queue.counts![state] }))}
          rowKey={({ state }) => state}
        />
      )}
    </Panel>
  );
}

const COLUMNS: Column<Row>[] = [
  { id: 'state', head: 'Wake-ups', cell: ({ state }) => state },
  { id: 'count', head: 'Now', cell: ({ count }) => formatCount(count), number: true },
  { id: 'means', head: 'Means', cell: ({ state }) => <span className="soft">{MEANS[state]}</span> },
];

/** Bull Board is a page of its own, beside the dashboard, for keys that may operate on everything. */
function BoardLink() {
  const { data } = useQuery(sessionQuery);
  if (data === undefined) return null;
  if (data.scope !== 'operate' || data.env !== null || data.serviceKey !== null) {
    return <span className="faint">Bull Board needs a key that may operate on everything</span>;
  }
  return (
    <a href={boardHref(data.queueBoard)} className={buttonClass('plain', true)} target="_blank" rel="noreferrer">
      <ExternalLink size={13} aria-hidden="true" /> Bull Board
    </a>
  );
}

function boardHref(path: string): string {
  return path.startsWith(`${BASE_PATH}/`) ? path : `${BASE_PATH}${path}`;
}
