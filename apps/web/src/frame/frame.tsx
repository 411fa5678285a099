/** What stands around every view: where one can go, what it is about, how fresh it is. */
import { useQuery } from '@tanstack/react-query';
import { Outlet, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiProblem } from '@wm/client';
import { LiveProvider } from '../api/live.tsx';
import { sessionQuery } from '../api/session.ts';
import { environmentClass } from '../ui/environment.tsx';
import { Failed, Skeleton } from '../ui/notice.tsx';
import { Login } from '../views/login/login.tsx';
import { Navigation } from './navigation.tsx';
import { focusRow, listenForShortcuts, useShortcut } from './shortcuts.ts';
import { TopBar } from './top-bar.tsx';
import css from './frame.module.css';

export function Frame() {
  const session = useQuery(sessionQuery);
  const { env, service } = useSearch({ strict: false });
  useEffect(listenForShortcuts, []);
  useShortcut('j', 'Next row', () => focusRow(1));
  useShortcut('k', 'Row before', () => focusRow(-1));
  if (session.data === undefined) {
    if (session.error instanceof ApiProblem && session.error.status === 401) return <Login />;
    if (session.error === null) return <Skeleton rows={1} height={48} />;
    return <Failed error={session.error} what="This dashboard" retry={() => void session.refetch()} />;
  }
  const only = env?.length === 1 ? env[0]! : null;
  return (
    <LiveProvider env={env} service={service}>
      <a href="#view" className={css.skip}>
        Skip to the view
      </a>
      <div className={css.frame}>
        <div className={`${css.stripe} ${only === null ? '' : environmentClass(only)}`} aria-hidden="true" />
        <Navigation />
        <TopBar session={session.data} />
        <main id="view" className={css.view} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </LiveProvider>
  );
}
