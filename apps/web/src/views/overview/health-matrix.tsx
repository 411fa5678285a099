/** Every service in every environment, those that fare worst first. */
import { Link } from '@tanstack/react-router';
import type { Service } from '@wm/client';
import { byImportance } from '../../frame/scope.ts';
import { formatRate } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Status } from '../../ui/status.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import type { InEnvironment } from './figures.ts';
import { byHealth } from './health-order.ts';
import css from './overview.module.css';

export function HealthMatrix({ services }: { services: Service[] }) {
  const envs = [...new Set(services.flatMap(({ environments }) => environments.map(({ env }) => env)))].toSorted(
    byImportance,
  );
  if (services.length === 0) return <Empty title="No service matches" />;
  return (
    <DataTable
      label="Health of each service in each environment"
      columns={matrixColumns(envs)}
      rows={services.toSorted(byHealth)}
      rowKey={({ serviceKey }) => serviceKey}
    />
  );
}

function matrixColumns(envs: readonly string[]): Column<Service>[] {
  return [
    {
      id: 'service',
      head: 'Service',
      cell: ({ serviceKey, displayName }) => (
        <Link
          to="/services"
          search={{ service: [serviceKey] }}
          className={css.service ?? ''}
          data-row=""
          title={serviceKey}
        >
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
  const only = { env: [env], service: [service] };
  const rate = successRate === null ? null : formatRate(successRate);
  return (
    <span className={css.cell} title={health.reason}>
      <Status status={health.state} compact={health.state === 'healthy'} />
      {rate !== null &&
        (failed > 0 ? (
          <Link to="/failures" search={only} className="number" aria-label={`${rate}, ${health.reason}`}>
            {rate}
          </Link>
        ) : (
          <Link to="/workflows" search={only} className="number">
            {rate}
          </Link>
        ))}
    </span>
  );
}
