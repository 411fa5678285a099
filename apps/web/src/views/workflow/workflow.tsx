import { useParams, useSearch } from '@tanstack/react-router';
import { Answered } from '../../ui/notice.tsx';
import { RunHead } from './run-head.tsx';
import { runKey, useRunDetail, WORKFLOW_ROUTE, type RunKey } from './run-detail.ts';
import { RunTabs } from './run-tabs.tsx';

/** One run of a workflow: how it stands, and everything that is known of it. */
export default function Workflow() {
  const params = useParams({ from: WORKFLOW_ROUTE });
  const { run } = useSearch({ from: WORKFLOW_ROUTE });
  const key = runKey(params, run);
  // Another run is another page: nothing of the one before may stand under its name.
  return <RunPage key={JSON.stringify(key)} of={key} />;
}

function RunPage({ of }: { of: RunKey }) {
  const query = useRunDetail(of);
  return (
    <Answered query={query} what="This workflow" rows={12}>
      {(detail) => (
        <>
          <RunHead detail={detail} />
          <RunTabs detail={detail} />
        </>
      )}
    </Answered>
  );
}
