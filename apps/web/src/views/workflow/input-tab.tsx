/** What went into a run and came out of it. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { JsonRow } from '../../ui/json/json-rows.ts';
import { tagOf } from '../../ui/json/json-rows.ts';
import { JsonViewer } from '../../ui/json/json-viewer.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Detail } from './run-detail.ts';
import css from './input-tab.module.css';

export function InputTab({ detail: { workflow } }: { detail: Detail }) {
  const startMissing = workflow.gaps.includes('start');
  return (
    <div className={css.both}>
      <Panel title="What went in?">
        {workflow.hasInput ? (
          <JsonViewer label="the input" value={workflow.input} extra={(row) => sameValue(row, workflow.workflowName)} />
        ) : (
          <Empty title={startMissing ? 'The input is not known' : 'It was started without an input'}>
            {startMissing && 'It comes with the start, and that never arrived.'}
          </Empty>
        )}
      </Panel>
      <Panel title="What came out?">
        {workflow.hasOutput ? (
          <JsonViewer label="the output" value={workflow.output} />
        ) : (
          <Empty title="No output was told">The client of today sends none.</Empty>
        )}
      </Panel>
    </div>
  );
}

/** Other runs that went in with the same. */
function sameValue(row: JsonRow, name: string): ReactNode {
  const tag = tagOf(row.path, row.value);
  if (tag === null) return null;
  return (
    <Link to="/workflows" search={{ tag: [tag], name: [name] }} className="link">
      Runs with the same value
    </Link>
  );
}
