/** What the workers mend and check by themselves. */
import type { Pipeline } from '@wm/client';
import type { ReactNode } from 'react';
import { formatBytes, formatCount } from '../../time/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Ago } from '../../ui/time.tsx';
import css from './pipeline.module.css';

export function Upkeep({ pipeline }: { pipeline: Pipeline }) {
  const { swept, refolded, poisoned, verify, projectionVersion, quarantineRoom } = pipeline;
  return (
    <Panel title="What had to be saved, and is the state right?">
      <dl className={css.facts}>
        <Fact
          name="Saved by the sweeper"
          more="Events that no wake-up was left for, ever. A few after a restart are usual."
        >
          <Count of={swept} />
        </Fact>
        <Fact name="Folded again" more="Runs whose events came late or out of order, ever. That is usual.">
          <Count of={refolded} />
        </Fact>
        <Fact name="Left out of the state" more="Stored events that PostgreSQL refuses to take into the state.">
          {formatCount(poisoned)}
        </Fact>
        <Fact name="All workflows checked" more="The verifier folds each one again and compares.">
          {verify === null ? <Untold /> : <Ago at={verify.roundAt} none="not to the end yet" />}
        </Fact>
        <Fact
          name="Rows that differed"
          more="From the fold of their events, ever. wm verify shows which, wm rebuild mends them. Should be 0."
        >
          {verify === null ? <Untold /> : formatCount(verify.differences)}
        </Fact>
        <Fact name="Next check" more="When the next round of the verifier is due.">
          {verify === null ? <Untold /> : <Ago at={verify.nextAt} />}
        </Fact>
        <Fact
          name="Projection version"
          more="The way of folding that the state is of, and the one this api was built with."
        >
          {projectionVersion.target ?? 'none'}
          {projectionVersion.target !== projectionVersion.code && `, this api has ${projectionVersion.code}`}
        </Fact>
        <Fact name="Room for rejected events" more="Texts that are kept; beyond the bound only their beginnings.">
          {quarantineRoom === null ? (
            <Untold />
          ) : (
            `${formatBytes(quarantineRoom.bytes)} of ${formatBytes(quarantineRoom.bound)}`
          )}
        </Fact>
      </dl>
    </Panel>
  );
}

function Fact({ name, more, children }: { name: string; more: string; children: ReactNode }) {
  return (
    <div>
      <dt>
        {name}
        <span className={css.means}>{more}</span>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function Count({ of }: { of: number | null }) {
  return of === null ? <Untold /> : formatCount(of);
}

/** The figure is one of everyone together. */
function Untold() {
  return <span className="faint">not told to this key</span>;
}
