/** Why a run is in its state: which event set what, and how it stood after any of its events. */
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ask } from '../../../api/queries.ts';
import { Answered, Empty } from '../../../ui/notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { pathOf, WORKFLOW_ROUTE, type Detail } from '../run-detail.ts';
import { FieldsTable } from './fields-table.tsx';
import { Scrubber } from './scrubber.tsx';
import { fieldsThen, stepsThen } from './state-diff.ts';
import { StepsThen } from './steps-then.tsx';
import type { Stop } from './stops.ts';
import { useStops } from './use-stops.ts';

export function WhyTab({ detail }: { detail: Detail }) {
  const { workflow } = detail;
  const stops = useStops(workflow);
  return (
    <Answered query={stops} what="The events of this run" rows={8}>
      {(known) =>
        known.length === 0 ? (
          <Empty title="Nothing of this run has been folded yet" />
        ) : (
          <Stepping detail={detail} stops={known} />
        )
      }
    </Answered>
  );
}

function Stepping({ detail, stops }: { detail: Detail; stops: Stop[] }) {
  const { at } = useSearch({ from: WORKFLOW_ROUTE });
  const found = at === undefined ? -1 : stops.findIndex(({ id }) => id === at);
  const byId = useMemo(() => new Map(stops.map((stop) => [stop.id, stop])), [stops]);
  const place = at === undefined ? stops.length - 1 : found;
  return (
    <Panel
      title={at === undefined ? 'Why is it in this state?' : 'How did it stand then?'}
      note={
        at === undefined
          ? 'Each figure with the event that set it last. Step back with ← to see how it came to this.'
          : 'The state right after this event, told by everything that is known today. What the event changed is marked.'
      }
    >
      <Scrubber stops={stops} place={place} of={detail.workflow} />
      {at === undefined ? (
        <Present detail={detail} stops={byId} />
      ) : (
        <Past detail={detail} stops={byId} event={at} before={stops[found - 1]?.id} first={found === 0} />
      )}
    </Panel>
  );
}

function Present({ detail, stops }: { detail: Detail; stops: ReadonlyMap<string, Stop> }) {
  const { workflow, steps } = detail;
  const query = useQuery(
    ask(
      'GET /v1/workflows/{env}/{service}/{workflowId}/provenance',
      { path: pathOf(workflow), query: { run: workflow.run } },
      { live: false, version: `${workflow.lastEventId} ${workflow.eventCount}` },
    ),
  );
  return (
    <Answered query={query} what="Which event set what" rows={10}>
      {(answer) => (
        <>
          <FieldsTable
            workflow={workflow}
            stops={stops}
            fields={fieldsThen(workflow, undefined)}
            setBy={answer.workflow as Record<string, string>}
          />
          <StepsThen
            workflow={workflow}
            stops={stops}
            steps={stepsThen(steps, undefined)}
            setBy={answer.steps as Record<string, Record<string, string>>}
          />
        </>
      )}
    </Answered>
  );
}

interface PastProps {
  detail: Detail;
  stops: ReadonlyMap<string, Stop>;
  event: string;
  /** undefined with `first`: nothing was before; undefined without: it is not known which event was. */
  before: string | undefined;
  first: boolean;
}

function Past({ detail: { workflow }, stops, event, before, first }: PastProps) {
  const now = useQuery(stateOf(workflow, event));
  const was = useQuery({ ...stateOf(workflow, before ?? event), enabled: before !== undefined });
  // An answer about another event stays in sight until this one is there, and compares to nothing.
  const together = !now.isPlaceholderData && !was.isPlaceholderData;
  const known = before === undefined ? undefined : together ? was.data : undefined;
  return (
    <Answered query={now} what="The state after this event" rows={10}>
      {(state) => (
        <>
          <FieldsTable
            workflow={workflow}
            stops={stops}
            fields={fieldsThen(state.workflow, first && together ? null : known?.workflow)}
            setBy={null}
          />
          <StepsThen
            workflow={workflow}
            stops={stops}
            steps={stepsThen(state.steps, first && together ? [] : known?.steps)}
            setBy={null}
          />
        </>
      )}
    </Answered>
  );
}

function stateOf(workflow: Detail['workflow'], event: string) {
  return {
    ...ask(
      'GET /v1/workflows/{env}/{service}/{workflowId}/state',
      { path: pathOf(workflow), query: { event } },
      { live: false, version: `${workflow.lastEventId} ${workflow.eventCount}` },
    ),
    staleTime: Infinity,
  };
}
