/** Rows under a head for each environment. */
import { Link } from '@tanstack/react-router';
import { byImportance } from '../../frame/environment-order.ts';
import { Environment } from '../../ui/environment.tsx';
import css from './shared.module.css';

interface There {
  env: string;
}

/** The order within each environment stays. */
export function sortedByEnvironment<Row extends There>(rows: readonly Row[]): Row[] {
  return rows.toSorted((left, right) => byImportance(left.env, right.env));
}

export const ENVIRONMENT_HEADS = {
  of: ({ env }: There) => env,
  head: ({ env }: There) => (
    <span className={css.groupHead}>
      <Environment env={env} />
      <Link to="/failures" search={{ by: 'time', env: [env] }} className="link">
        Failed runs
      </Link>
    </span>
  ),
};
