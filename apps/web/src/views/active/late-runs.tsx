/** Runs that are late, each with the arithmetic behind it. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ActiveRun } from '@wm/client';
import { askPages } from '../../api/pages.ts';
import type { Answer } from '../../api/queries.ts';
import { useNow } from '../../time/clock.ts';
import { formatCount } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Ago } from '../../ui/time.tsx';
import { useActiveFilter } from './active-filter.ts';
import { evidenceInWords } from './evidence.ts';
import { HeldTable } from './held-table.tsx';
import { RunLink, RunName, RunState, StepNow } from './run-cells.tsx';
import css from './active.module.css';

/** So many that what is on time stays in reach. */
const PAGE_ROWS = 12;

interface Props {
  states: ('stuck' | 'overdue')[];
  counts: Answer<'GET /v1/active'>['counts'];
}

export function LateRuns({ states, counts }: Props) {
  const query = { ...useActiveFilter(), state: states, limit: PAGE_ROWS };
  const late = counts.reduce((sum, count) => sum + states.reduce((some, state) => some + count[state], 0), 0);
  const pages = useInfiniteQuery({ ...askPages('GET /v1/active', query), enabled: late > 0 });
  if (late === 0) {
    return (
      <Panel title="Is anything late?">
        <p className={css.calm}>No. {calm(states)}</p>
      </Panel>
    );
  }
  const title = `Is anything late? ${late === 1 ? 'One run is.' : `${formatCount(late)} runs are.`}`;
  return (
    <Panel
      title={title}
      note="Nothing tells a stuck run from one that was cancelled while it was paused: the client sends nothing then."
    >
      <Answered query={pages} what="The late runs" rows={Math.min(late, 8)} height={44}>
        {() => <HeldTable label="Late runs" asked={query} pages={pages} columns={COLUMNS} />}
      </Answered>
    </Panel>
  );
}

function calm(states: ('stuck' | 'overdue')[]): string {
  if (!states.includes('stuck'))
    return 'Every run that waits will do so for some time, or has been due for less than 15 s.';
  return 'Every run that waits has its time before it, and none is silent for longer than is usual for its step.';
}

const COLUMNS = [
  { id: 'run', head: 'Run', cell: (run: ActiveRun) => <RunLink run={run} /> },
  { id: 'state', head: 'State', cell: (run: ActiveRun) => <RunState run={run} /> },
  { id: 'why', head: 'Why', cell: (run: ActiveRun) => <Why run={run} />, wide: true },
  { id: 'env', head: 'Environment', cell: (run: ActiveRun) => <Environment env={run.env} /> },
  { id: 'name', head: 'Workflow', cell: (run: ActiveRun) => <RunName run={run} /> },
  { id: 'step', head: 'Step', cell: (run: ActiveRun) => <StepNow run={run} /> },
  { id: 'last', head: 'Last event', cell: (run: ActiveRun) => <Ago at={run.lastEventAt} />, number: true },
];

function Why({ run }: { run: ActiveRun }) {
  const now = useNow();
  return <span className={css.why}>{evidenceInWords(run, now) ?? 'It is on time again.'}</span>;
}
