/** Where an error happens, among the runs that are listed. */
import { Link } from '@tanstack/react-router';
import type { WorkflowListItem } from '@wm/client';
import { formatCount } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Ago } from '../../ui/time.tsx';
import { placesOf, type Place } from './places.ts';

interface Props {
  list: { failures: readonly WorkflowListItem[]; asked: { hasNextPage: boolean } };
  group: string;
}

export function Places({ list: { failures, asked }, group }: Props) {
  const places = placesOf(failures);
  if (places.length === 0) return null;
  const note = `Among the newest ${formatCount(failures.length)} of its failures.`;
  return (
    <Panel title="Where does it happen?" {...(asked.hasNextPage && { note })}>
      <DataTable
        label="Places where this error happens"
        rows={places}
        rowKey={({ env, serviceKey, workflowName, step }) => JSON.stringify([env, serviceKey, workflowName, step])}
        columns={placeColumns(group)}
      />
    </Panel>
  );
}

function placeColumns(group: string): Column<Place>[] {
  return [
    { id: 'env', head: 'Environment', cell: ({ env }) => <Environment env={env} /> },
    { id: 'service', head: 'Service', cell: ({ serviceKey }) => serviceKey, cut: true },
    { id: 'name', head: 'Workflow', cell: ({ workflowName }) => workflowName, cut: true },
    { id: 'step', head: 'Step', cell: ({ step }) => step ?? <span className="faint">–</span>, cut: true },
    {
      id: 'count',
      head: 'Failures',
      number: true,
      cell: ({ env, serviceKey, workflowName, step, count }) => (
        <Link
          to="/workflows"
          search={{
            env: [env],
            service: [serviceKey],
            name: [workflowName],
            errorGroup: group,
            runs: 'all',
            ...(step !== null && { errorStep: step }),
          }}
        >
          {formatCount(count)}
        </Link>
      ),
    },
    { id: 'last', head: 'Newest', number: true, cell: ({ lastAt }) => <Ago at={lastAt} /> },
  ];
}
