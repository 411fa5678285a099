/** The events a reader can step through: all of a run of usual size, of a large one where something begins or ends. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Workflow } from '@wm/client';
import { ask } from '../../../api/queries.ts';
import { useEvents } from '../events/use-events.ts';
import { pathOf } from '../run-detail.ts';
import { EVERY_EVENT_UP_TO, stopsOfEvents, stopsOfSpans, type Stop } from './stops.ts';

export interface Stops {
  data: Stop[] | undefined;
  error: unknown;
  refetch: () => unknown;
}

export function useStops(workflow: Workflow): Stops {
  const small = workflow.eventCount <= EVERY_EVENT_UP_TO;
  const events = useAllEvents(workflow, small);
  const spans = useQuery(
    ask(
      'GET /v1/workflows/{env}/{service}/{workflowId}/spans',
      { path: pathOf(workflow), query: { run: workflow.run } },
      { live: false, enabled: !small, version: `${workflow.lastEventId} ${workflow.eventCount}` },
    ),
  );
  const { firstEventId, firstEventAt, lastEventId, lastEventAt } = workflow;
  const data = useMemo(() => {
    if (small) return events.data;
    return spans.data === undefined
      ? undefined
      : stopsOfSpans(spans.data.spans, { firstEventId, firstEventAt, lastEventId, lastEventAt });
  }, [small, events.data, spans.data, firstEventId, firstEventAt, lastEventId, lastEventAt]);
  return { data, error: small ? events.error : spans.error, refetch: small ? events.refetch : spans.refetch };
}

/** Page after page, until all are there. */
function useAllEvents(workflow: Workflow, enabled: boolean): Stops {
  const query = useEvents(workflow, {}, enabled);
  const { hasNextPage, isFetching, fetchNextPage, data, error, refetch } = query;
  useEffect(() => {
    if (enabled && hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [enabled, hasNextPage, isFetching, error, fetchNextPage]);
  const stops = useMemo(
    () => (data === undefined || hasNextPage ? undefined : stopsOfEvents(data.pages.flatMap(({ events }) => events))),
    [data, hasNextPage],
  );
  return { data: stops, error, refetch };
}
