/** Small parts that tables of failures have in common. */
import { Link } from '@tanstack/react-router';
import type { ErrorGroup } from '@wm/client';
import { Environment } from '../../ui/environment.tsx';
import { shortened } from '../../ui/identifier.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { byImportance } from '../../frame/scope.ts';
import { formatCount, formatDuration } from '../../time/format.ts';
import css from './shared.module.css';

export function Environments({ envs }: { envs: readonly string[] }) {
  return (
    <span className={css.list}>
      {envs.toSorted(byImportance).map((env) => (
        <Environment key={env} env={env} short={envs.length > 1} />
      ))}
    </span>
  );
}

/** The first line of it; whole on hover. */
export function Message({ text }: { text: string | null }) {
  if (text === null || text === '') return <span className="faint">no message</span>;
  return (
    <span className={css.message} title={text}>
      {text.split('\n', 1)[0]}
    </span>
  );
}

/** Leads to the page of its error. */
export function GroupLink({ group, row = true }: { group: Pick<ErrorGroup, 'errorGroup' | 'message'>; row?: boolean }) {
  return (
    <Link to="/failures/$group" params={{ group: group.errorGroup }} {...(row && { 'data-row': '' })}>
      <Message text={group.message} />
    </Link>
  );
}

interface RunOf {
  env: string;
  serviceKey: string;
  workflowId: string;
  /** What the client calls it, and people look for. */
  executionId?: string | null;
  run: number;
  latest?: boolean;
}

/** Leads to the run; its number is told where it is not the newest. */
export function RunLink({ of, row = false, most = 22 }: { of: RunOf; row?: boolean; most?: number }) {
  return (
    <Link
      to="/workflows/$env/$service/$workflowId"
      params={{ env: of.env, service: of.serviceKey, workflowId: of.workflowId }}
      search={of.latest === true ? {} : { run: String(of.run) }}
      className="mono nowrap"
      title={(of.executionId ?? null) === null ? of.workflowId : `${of.executionId}, workflow id ${of.workflowId}`}
      {...(row && { 'data-row': '' })}
    >
      {shortened(of.executionId ?? of.workflowId, most)}
      {of.run > 1 && <span className="faint"> #{of.run}</span>}
    </Link>
  );
}

export function Trend({ trend, partMs }: { trend: readonly number[]; partMs: number }) {
  const most = Math.max(0, ...trend);
  return (
    <span className={css.trend}>
      <Sparkline values={trend} label={`Failures, at most ${formatCount(most)} in ${formatDuration(partMs)}`} />
    </span>
  );
}
