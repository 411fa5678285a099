/** For who runs the monitor itself: is the picture fresh, is anything piling up, what was rejected and why? */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ask } from '../../api/queries.ts';
import { formatCount } from '../../time/format.ts';
import { ViewHead } from '../../ui/panel.tsx';
import { ONLY_CHOSEN, Segments } from '../../ui/segments.tsx';
import { Flow } from './flow.tsx';
import { Quarantine } from './quarantine.tsx';
import { loadCharts } from '../../ui/chart.tsx';

void loadCharts();

export default function Pipeline() {
  const { show = 'flow' } = useSearch({ from: '/pipeline' });
  const { data } = useQuery(ask('GET /v1/pipeline'));
  return (
    <>
      <ViewHead title="Pipeline">
        <Segments label="Parts of the pipeline">
          <Link
            from="/pipeline"
            to="/pipeline"
            search={{}}
            activeOptions={ONLY_CHOSEN}
            aria-current={show === 'flow' ? 'page' : undefined}
          >
            Flow
          </Link>
          <Link
            from="/pipeline"
            to="/pipeline"
            search={{ show: 'quarantine' }}
            activeOptions={ONLY_CHOSEN}
            aria-current={show === 'quarantine' ? 'page' : undefined}
          >
            Rejected events{data === undefined ? '' : ` ${formatCount(data.quarantined)}`}
          </Link>
        </Segments>
      </ViewHead>
      {show === 'flow' ? <Flow /> : <Quarantine />}
    </>
  );
}
