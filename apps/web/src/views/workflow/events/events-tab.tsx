/** Everything that was told about a run, in the order that makes its state. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { formatCount } from '../../../time/format.ts';
import { Answered, Empty } from '../../../ui/notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Button } from '../../../ui/button.tsx';
import { WORKFLOW_ROUTE, type Detail } from '../run-detail.ts';
import { EventPane } from './event-pane.tsx';
import { EventFilters } from './event-filters.tsx';
import { EventTable } from './event-table.tsx';
import { useEvents, type EventFilter } from './use-events.ts';
import css from './events.module.css';

export function EventsTab({ detail: { workflow, steps } }: { detail: Detail }) {
  const { type, step, text, event } = useSearch({ from: WORKFLOW_ROUTE });
  const filter: EventFilter = {
    ...(type !== undefined && { type }),
    ...(step !== undefined && { step }),
    ...(text !== undefined && { text }),
  };
  const filtered = Object.keys(filter).length > 0;
  const query = useEvents(workflow, filter);
  const loaded = query.data?.pages.flatMap(({ events }) => events) ?? [];
  return (
    <Panel
      title={`What was told, in order of its own times? ${formatCount(workflow.eventCount)} events of this run`}
      aside={<EventFilters steps={steps} />}
    >
      <div className={css.both}>
        <div className={css.list}>
          <Answered query={query} what="The events" rows={12}>
            {() =>
              loaded.length === 0 && !query.hasNextPage ? (
                <Empty title={filtered ? 'No event of this run fits' : 'No event yet'}>
                  {filtered && <ClearFilters />}
                </Empty>
              ) : (
                <EventTable
                  events={loaded}
                  chosen={event}
                  more={query.hasNextPage}
                  reading={query.isFetchingNextPage}
                  readMore={() => void query.fetchNextPage()}
                />
              )
            }
          </Answered>
        </div>
        <EventPane workflow={workflow} id={event} known={loaded} />
      </div>
    </Panel>
  );
}

function ClearFilters() {
  const navigate = useNavigate({ from: WORKFLOW_ROUTE });
  return (
    <Button
      onClick={() =>
        void navigate({
          search: (before) => ({ ...before, type: undefined, step: undefined, text: undefined }),
          resetScroll: false,
        })
      }
    >
      Show all events
    </Button>
  );
}
