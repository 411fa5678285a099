/** This run and another one of the same workflow, side by side. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Workflow, WorkflowListItem } from '@wm/client';
import { ask } from '../../../api/queries.ts';
import { formatInstant } from '../../../time/format.ts';
import { useZone } from '../../../time/zone.tsx';
import { Answered, Empty } from '../../../ui/notice.tsx';
import { shortened } from '../../../ui/identifier.tsx';
import { withOf } from '../runs-tab.tsx';
import { pathOf, WORKFLOW_ROUTE, type Detail, type RunKey } from '../run-detail.ts';
import { Compared } from './compared.tsx';
import { nearest, readWith } from './other-run.ts';
import css from './compare.module.css';

export function CompareTab({ detail }: { detail: Detail }) {
  const { with: named } = useSearch({ from: WORKFLOW_ROUTE });
  const chosen = readWith(named);
  return chosen === null ? <WithNearest detail={detail} /> : <With detail={detail} other={chosen} />;
}

/** Those that succeeded just before and just after this one began. */
function useSuccessfulAround(workflow: Workflow) {
  const { env, serviceKey, workflowName, sortAt } = workflow;
  const common = {
    env: [env],
    service: [serviceKey],
    name: [workflowName],
    status: ['completed' as const],
    runs: 'all' as const,
    limit: 10,
  };
  const before = useQuery(ask('GET /v1/workflows', { query: { ...common, until: sortAt } }, { live: false }));
  const after = useQuery(
    ask('GET /v1/workflows', { query: { ...common, since: sortAt, order: 'asc' } }, { live: false }),
  );
  return {
    data:
      before.data === undefined || after.data === undefined
        ? undefined
        : [...after.data.workflows.toReversed(), ...before.data.workflows].filter(
            ({ id, gaps }) => id !== workflow.id && !gaps.includes('start'),
          ),
    error: before.error ?? after.error,
    refetch: () => Promise.all([before.refetch(), after.refetch()]),
  };
}

function WithNearest({ detail }: { detail: Detail }) {
  const { workflow } = detail;
  const around = useSuccessfulAround(workflow);
  return (
    <Answered query={around} what="Runs to compare with" rows={4}>
      {(others) => {
        const other = nearest(workflow, others);
        if (other === null)
          return (
            <Empty title={`No other run of ${workflow.workflowName} has succeeded in ${workflow.env} yet`}>
              Any run of this id can be compared with from the tab Runs.
            </Empty>
          );
        return <With detail={detail} other={{ path: pathOf(other), run: other.run }} byItself />;
      }}
    </Answered>
  );
}

function With({ detail, other, byItself = false }: { detail: Detail; other: RunKey; byItself?: boolean }) {
  const query = useQuery(
    ask(
      'GET /v1/workflows/{env}/{service}/{workflowId}',
      { path: other.path, query: other.run === undefined ? {} : { run: other.run } },
      { live: false },
    ),
  );
  return (
    <>
      <Choice workflow={detail.workflow} other={other} byItself={byItself} />
      <Answered query={query} what="The other run" rows={10}>
        {(answer) => <Compared left={detail} right={answer} />}
      </Answered>
    </>
  );
}

function Choice({ workflow, other, byItself }: { workflow: Workflow; other: RunKey; byItself: boolean }) {
  const around = useSuccessfulAround(workflow);
  const recent = useQuery(
    ask(
      'GET /v1/workflows',
      {
        query: {
          env: [workflow.env],
          service: [workflow.serviceKey],
          name: [workflow.workflowName],
          runs: 'all',
          limit: 20,
        },
      },
      { live: false },
    ),
  );
  const navigate = useNavigate({ from: WORKFLOW_ROUTE });
  const { zone } = useZone();
  const shown = withOf({ ...other.path, serviceKey: other.path.service, run: other.run ?? 1 });
  const near = around.data ?? [];
  const newest = (recent.data?.workflows ?? []).filter(
    ({ id }) => id !== workflow.id && !near.some((one) => one.id === id),
  );
  const known = [...near, ...newest].some((run) => withOf(run) === shown);
  const option = (run: WorkflowListItem) => (
    <option key={run.id} value={withOf(run)}>
      {`${formatInstant(new Date(run.sortAt), zone, { ms: false })} · ${run.status} · ${shortened(run.executionId ?? run.workflowId, 22)}`}
    </option>
  );
  return (
    <p className={css.choice}>
      <label>
        Compared with{' '}
        <select
          value={shown}
          onChange={({ target }) =>
            void navigate({ search: (before) => ({ ...before, with: target.value }), resetScroll: false })
          }
        >
          {!known && (
            <option value={shown}>{`${shortened(other.path.workflowId, 30)}, run ${other.run ?? 'newest'}`}</option>
          )}
          <optgroup label="Succeeded nearest to this one">{near.map(option)}</optgroup>
          <optgroup label="Newest of the same name">{newest.map(option)}</optgroup>
        </select>
      </label>
      {byItself && <span className="faint">the successful run that began nearest to this one</span>}
    </p>
  );
}
