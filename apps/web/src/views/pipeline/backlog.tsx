/** Events that are stored and not yet in the state, by environment. */
import { Link } from '@tanstack/react-router';
import type { Pipeline } from '@wm/client';
import { byImportance } from '../../frame/scope.ts';
import { formatCount } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Duration } from '../../ui/time.tsx';

type Row = Pipeline['byEnvironment'][number];

export function Backlog({ byEnvironment }: { byEnvironment: Pipeline['byEnvironment'] }) {
  return (
    <Panel title="What waits to be taken in?">
      {byEnvironment.length === 0 ? (
        <p className="soft">Nothing, in any environment: every stored event is in what you see.</p>
      ) : (
        <DataTable
          label="Events that wait, by environment"
          columns={COLUMNS}
          rows={byEnvironment.toSorted((left, right) => byImportance(left.env, right.env))}
          rowKey={({ env }) => env}
        />
      )}
    </Panel>
  );
}

const COLUMNS: Column<Row>[] = [
  {
    id: 'env',
    head: 'Environment',
    cell: ({ env }) => (
      <Link to="/workflows" search={{ env: [env], sort: 'updated' }}>
        <Environment env={env} />
      </Link>
    ),
  },
  { id: 'waits', head: 'Events', cell: ({ unprocessed }) => formatCount(unprocessed), number: true },
  {
    id: 'age',
    head: 'The oldest since',
    cell: ({ oldestUnprocessedAgeMs }) => <Duration ms={oldestUnprocessedAgeMs} />,
    number: true,
  },
];
