/** Keys that may be used, and when they last were. */
import type { Pipeline } from '@wm/client';
import { Environment } from '../../ui/environment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Ago } from '../../ui/time.tsx';

type Key = NonNullable<Pipeline['keys']>[number];

export function Keys({ keys }: { keys: Pipeline['keys'] }) {
  return (
    <Panel title="Which keys are in use?" note="The last use is told about a minute late.">
      {keys === null && (
        <p className="soft">A key that is limited to an environment or a service is not told of the others.</p>
      )}
      {keys?.length === 0 && (
        <p className="soft">
          There are none. <code>wm keys create</code> makes one.
        </p>
      )}
      {keys !== null && keys.length > 0 && (
        <DataTable label="Keys" columns={COLUMNS} rows={keys} rowKey={({ id }) => id} />
      )}
    </Panel>
  );
}

const COLUMNS: Column<Key>[] = [
  { id: 'name', head: 'Key', cell: ({ name }) => name, cut: true },
  { id: 'scope', head: 'May', cell: ({ scope }) => scope },
  { id: 'limit', head: 'Limited to', cell: (key) => <Limit of={key} /> },
  { id: 'used', head: 'Last used', cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} none="never" />, number: true },
  { id: 'expires', head: 'Expires', cell: ({ expiresAt }) => <Ago at={expiresAt} none="never" />, number: true },
];

function Limit({ of: { env, serviceKey } }: { of: Key }) {
  if (env === null && serviceKey === null) return <span className="faint">nothing</span>;
  return (
    <>
      {env !== null && <Environment env={env} />} {serviceKey}
    </>
  );
}
