/** The views. On a phone they stand at the bottom, where the thumb is. */
import { Link } from '@tanstack/react-router';
import {
  Activity,
  ChartNoAxesColumn,
  CircleX,
  Gauge,
  LayoutDashboard,
  List,
  Server,
  type LucideIcon,
} from 'lucide-react';
import css from './navigation.module.css';

const VIEWS = [
  { to: '/', name: 'Overview', icon: LayoutDashboard },
  { to: '/workflows', name: 'Workflows', icon: List },
  { to: '/failures', name: 'Failures', icon: CircleX },
  { to: '/active', name: 'Active', icon: Activity },
  { to: '/statistics', name: 'Metrics', icon: ChartNoAxesColumn },
  { to: '/services', name: 'Services', icon: Server },
  { to: '/pipeline', name: 'Pipeline', icon: Gauge },
] as const satisfies readonly { to: string; name: string; icon: LucideIcon }[];

export function Navigation() {
  return (
    <nav className={css.nav} aria-label="Views">
      <Link to="/" className={css.name}>
        <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
          <path
            d="M3 17h7l3-9 5 17 3-8h8"
            fill="none"
            stroke="currentColor"
            strokeWidth="3"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <span>workflow-monitor</span>
      </Link>
      <ul>
        {VIEWS.map(({ to, name, icon: Icon }) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={css.view}>
              <Icon size={16} aria-hidden="true" />
              <span>{name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
