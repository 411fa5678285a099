/** Every service, what it is, and how it fares in each environment. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Service } from '@wm/client';
import { ask } from '../../api/queries.ts';
import { sessionQuery } from '../../api/session.ts';
import { useRange, useScope } from '../../frame/scope.ts';
import { rangeQuery, rangeWords } from '../../time/range.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Answered, Empty } from '../../ui/notice.tsx';
import { ViewHead } from '../../ui/panel.tsx';
import { DataTable } from '../../ui/table.tsx';
import { inScope } from '../overview/figures.ts';
import { byHealth } from '../overview/health-order.ts';
import { serviceColumns, type Row } from './columns.tsx';
import { DescribeService } from './describe-service.tsx';
import { ServiceHead } from './service-head.tsx';
import { byImportance } from '../../frame/environment-order.ts';
import { useServiceCourse } from './use-service-course.ts';

export default function Services() {
  const { env, service } = useScope();
  const range = useRange();
  const asked = useQuery(
    ask('GET /v1/services', { query: { ...(env !== undefined && { env }), ...rangeQuery(range) } }),
  );
  return (
    <>
      <ViewHead title="Services">
        <span>Counts are of what happened {rangeWords(range)}.</span>
      </ViewHead>
      <Answered query={asked} what="The services" rows={12}>
        {({ services }) =>
          env === undefined && services.length === 0 ? (
            <NoService />
          ) : (
            <ServiceTable services={inScope(services, service)} />
          )
        }
      </Answered>
    </>
  );
}

function NoService() {
  return (
    <Empty title="No service was heard of yet">
      <p>A service appears here with its first event.</p>
      <p>
        <Link to="/connect" className={buttonClass('primary')}>
          Connect a service
        </Link>
      </p>
    </Empty>
  );
}

function ServiceTable({ services }: { services: Service[] }) {
  const course = useServiceCourse();
  const { data: session } = useQuery(sessionQuery);
  const [edited, setEdited] = useState<Service | null>(null);
  const rows: Row[] = services
    .toSorted(byHealth)
    .flatMap((service) =>
      service.environments
        .toSorted((left, right) => byImportance(left.env, right.env))
        .map((there) => ({ service, there })),
    );
  if (rows.length === 0) {
    return <Empty title="No service matches">Choose other environments or services at the top of the page.</Empty>;
  }
  const edit = session?.scope === 'operate' ? setEdited : null;
  return (
    <>
      <DataTable
        label="Services by environment"
        columns={serviceColumns(course)}
        rows={rows}
        rowKey={({ service, there }) => JSON.stringify([service.serviceKey, there.env])}
        groups={serviceGroups(edit)}
      />
      {edited !== null && <DescribeService service={edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function serviceGroups(edit: ((service: Service) => void) | null) {
  return {
    of: ({ service }: Row) => service.serviceKey,
    head: ({ service }: Row) => <ServiceHead service={service} onEdit={edit} />,
  };
}
