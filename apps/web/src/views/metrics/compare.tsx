/** Two environments side by side, and whether what differs is more than noise. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Comparison } from '@wm/client';
import { ArrowLeftRight, CircleHelp, TriangleAlert } from 'lucide-react';
import { ask } from '../../api/queries.ts';
import { byImportance, useEnvironments, useRange } from '../../frame/scope.ts';
import { formatCount } from '../../time/format.ts';
import { Button } from '../../ui/button.tsx';
import { Environment } from '../../ui/environment.tsx';
import { Answered, Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { CompareCharts } from './compare-charts.tsx';
import { ComparisonTable } from './comparison-table.tsx';
import { totalsQuestion } from './question.ts';
import { durationVerdict, successVerdict, type Verdict } from './verdict.ts';
import css from './metrics.module.css';

export function Compare() {
  const { left, right } = useSearch({ from: '/statistics' });
  const query = useEnvironments();
  return (
    <Answered query={query} what="The environments" rows={6}>
      {({ environments }) => {
        const names = environments.map(({ env }) => env).toSorted(byImportance);
        const first = left ?? names.find((name) => name !== right);
        const second = right ?? names.find((name) => name !== first);
        if (first === undefined || second === undefined) {
          return (
            <Empty title="There is nothing to compare with yet">
              Two environments are needed, and{' '}
              {names.length === 1 ? `only ${names[0]} was heard of` : 'none was heard of yet'}.
            </Empty>
          );
        }
        return <CompareTwo names={[...new Set([...names, first, second])]} left={first} right={second} />;
      }}
    </Answered>
  );
}

function CompareTwo({ names, left, right }: { names: string[]; left: string; right: string }) {
  const { service, name } = useSearch({ from: '/statistics' });
  const { since, until } = totalsQuestion(useRange(), false);
  const query = useQuery(
    ask('GET /v1/metrics/compare', {
      query: {
        left,
        right,
        since,
        until,
        ...(service !== undefined && { service }),
        ...(name !== undefined && { name }),
      },
    }),
  );
  return (
    <>
      <Sides names={names} left={left} right={right} />
      <Answered query={query} what="The comparison" rows={8}>
        {({ comparisons }) => {
          const [all, ...each] = comparisons;
          if (all === undefined || all.left.started + all.right.started === 0) {
            return <Empty title="Nothing ran in either of them in this range">Choose a longer range, or others.</Empty>;
          }
          return (
            <>
              <Panel title={`Does ${left} differ from ${right}?`} note={LEVEL}>
                <Verdicts comparison={all} left={left} right={right} />
              </Panel>
              <ComparisonTable comparisons={each} left={left} right={right} />
              <CompareCharts left={left} right={right} />
            </>
          );
        }}
      </Answered>
    </>
  );
}

const LEVEL =
  'More than noise: a difference as large comes up less than once in a hundred comparisons where there is none. Of a hundred rows below, one may do so by chance.';

function Verdicts({ comparison, left, right }: { comparison: Comparison; left: string; right: string }) {
  const names = { left, right };
  return (
    <ul className={css.verdicts}>
      <Said verdict={successVerdict(comparison, names)} />
      <Said verdict={durationVerdict(comparison, names)} />
      <li className="soft">
        {[comparison.left, comparison.right].map((side, index) => (
          <Link
            key={index === 0 ? 'left' : 'right'}
            to="/workflows"
            search={{ env: [index === 0 ? left : right], runs: 'all' }}
            className="link"
          >
            {formatCount(side.started)} started in {index === 0 ? left : right}
          </Link>
        ))}
      </li>
    </ul>
  );
}

function Said({ verdict: { kind, words } }: { verdict: Verdict }) {
  const certain = kind === 'left' || kind === 'right';
  const Icon = certain ? TriangleAlert : CircleHelp;
  return (
    <li className={certain ? css.certain : 'soft'}>
      <Icon size={14} aria-hidden="true" />
      {words}
    </li>
  );
}

function Sides({ names, left, right }: { names: string[]; left: string; right: string }) {
  const navigate = useNavigate({ from: '/statistics' });
  const choose = (next: { left: string; right: string }): void =>
    void navigate({ search: (before) => ({ ...before, ...next }) });
  return (
    <div className={css.sides}>
      <Side
        label="Compare"
        names={names.filter((name) => name !== right)}
        value={left}
        onChoose={(next) => choose({ left: next, right })}
      />
      <Side
        label="with"
        names={names.filter((name) => name !== left)}
        value={right}
        onChoose={(next) => choose({ left, right: next })}
      />
      <Button onClick={() => choose({ left: right, right: left })}>
        <ArrowLeftRight size={14} aria-hidden="true" /> Swap
      </Button>
      <span>
        <Environment env={left} /> and <Environment env={right} />
      </span>
    </div>
  );
}

interface SideProps {
  label: string;
  names: string[];
  value: string;
  onChoose: (env: string) => void;
}

function Side({ label, names, value, onChoose }: SideProps) {
  return (
    <label className={css.field}>
      {label}
      <select className={css.select} value={value} onChange={(event) => onChoose(event.target.value)}>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
