/** What flows through, where it waits, and what had to be saved. */
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/queries.ts';
import { Answered } from '../../ui/notice.tsx';
import { Backlog } from './backlog.tsx';
import { Keys } from './keys.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { ServiceLag } from './service-lag.tsx';
import { Stages } from './stages.tsx';
import { Throughput } from './throughput.tsx';
import { Upkeep } from './upkeep.tsx';
import css from './pipeline.module.css';

export function Flow() {
  const query = useQuery(ask('GET /v1/pipeline'));
  return (
    <Answered query={query} what="The pipeline" rows={14}>
      {(pipeline) => (
        <div className={css.view}>
          <Stages pipeline={pipeline} />
          <div className={css.pair}>
            <QueuePanel queue={pipeline.queue} />
            <Backlog byEnvironment={pipeline.byEnvironment} />
          </div>
          <Throughput />
          <ServiceLag services={pipeline.services} />
          <div className={css.pair}>
            <Upkeep pipeline={pipeline} />
            <Keys keys={pipeline.keys} />
          </div>
        </div>
      )}
    </Answered>
  );
}
