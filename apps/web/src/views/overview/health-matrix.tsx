/** Every service in every environment, those that fare worst first. */
import { Link } from '@tanstack/react-router';
import type { Service } from '@wm/client';
import { byImportance } from '../../frame/scope.ts';
import { formatCount, formatRate } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import type { InEnvironment } from './figures.ts';
import { byHealth } from './health-order.ts';
import css from './overview.module.css';

export function HealthMatrix({ services }: { services: Service[] }) {
  const envs = [...new Set(services.flatMap(({ environments }) => environments.map(({ env }) => env)))].toSorted(
    byImportance,
  );
  return (
    <Panel
      title="Which services are healthy?"
      aside={
        <Link to="/services" className="link">
          All about services
        </Link>
      }
    >
      {services.length === 0 ? (
        <Empty title="No service matches" />
      ) : (
        <DataTable
          label="Health of each service in each environment"
          columns={matrixColumns(envs)}
          rows={services.toSorted(byHealth)}
          rowKey={({ serviceKey }) => serviceKey}
        />
      )}
    </Panel>
  );
}

function matrixColumns(envs: readonly string[]): Column<Service>[] {
  return [
    {
      id: 'service',
      head: 'Service',
      cut: true,
      cell: ({ serviceKey, displayName }) => (
        <Link to="/services" search={{ service: [serviceKey] }} data-row="" title={serviceKey}>
          {displayName ?? serviceKey}
        </Link>
      ),
    },
    ...envs.map((env) => ({
      id: env,
      head: <Environment env={env} />,
      cell: ({ serviceKey, environments }: Service) => (
        <Cell service={serviceKey} there={environments.find((each) => each.env === env)} />
      ),
    })),
  ];
}

function Cell({ service, there }: { service: string; there: InEnvironment | undefined }) {
  if (there === undefined) return <span className="faint">–</span>;
  const { env, health, successRate, failed } = there;
  return (
    <span className={css.cell} title={health.reason}>
      <Status status={health.state} compact={health.state === 'healthy'} />
      {successRate !== null && <span className="number">{formatRate(successRate)}</span>}
      {failed > 0 && (
        <Link
          to="/failures"
          search={{ env: [env], service: [service] }}
          className="soft nowrap"
          aria-label={`${formatCount(failed)} failed runs of ${service} in ${env}`}
        >
          {formatCount(failed)} failed
        </Link>
      )}
    </span>
  );
}
