/** How each environment fares: one column each, in its colour. */
import { Link } from '@tanstack/react-router';
import type { Service } from '@wm/client';
import { formatCount, formatRate } from '../../time/format.ts';
import { classNames } from '../../ui/class-names.ts';
import { Environment, environmentClass } from '../../ui/environment.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Ago } from '../../ui/time.tsx';
import { figuresByEnvironment, type Figures } from './figures.ts';
import css from './overview.module.css';

export function Scorecards({ services }: { services: Service[] }) {
  const environments = figuresByEnvironment(services);
  if (environments.length === 0) {
    return (
      <Empty title="Nothing is known of these environments and services together">
        Choose others at the top of the page.
      </Empty>
    );
  }
  return (
    <ul className={css.cards}>
      {environments.map(({ env, figures }) => (
        <li key={env} className={classNames(css.card, environmentClass(env))}>
          <Scorecard env={env} figures={figures} />
        </li>
      ))}
    </ul>
  );
}

function Scorecard({ env, figures }: { env: string; figures: Figures }) {
  const { successRate, started, completed, failed, open, lastEventAt } = figures;
  const only = { env: [env] };
  return (
    <>
      <div className={css.cardHead}>
        <h3>
          <Environment env={env} />
        </h3>
        <span className="soft">
          last event <Ago at={lastEventAt} />
        </span>
      </div>
      <p className={css.rate}>
        {successRate === null ? '–' : formatRate(successRate)}{' '}
        <small>{successRate === null ? 'none ended' : `of ${formatCount(completed + failed)} completed`}</small>
      </p>
      <dl className={css.counts}>
        <dt>Started</dt>
        <dd>
          <Link to="/workflows" search={{ ...only, runs: 'all' }}>
            {formatCount(started)}
          </Link>
        </dd>
        <dt>Completed</dt>
        <dd>
          <Link to="/workflows" search={{ ...only, status: ['completed'], runs: 'all', time: 'ended' }}>
            {formatCount(completed)}
          </Link>
        </dd>
        <dt>Failed</dt>
        <dd className={classNames(failed > 0 && css.failed)}>
          <Link to="/failures" search={{ ...only, by: 'time' }}>
            {formatCount(failed)}
          </Link>
        </dd>
        <dt>Open</dt>
        <dd>
          <Link to="/active" search={only}>
            {formatCount(open)}
          </Link>
        </dd>
      </dl>
    </>
  );
}
