/** One rejected event: what it says, why it was rejected, what was done about it, and what can be. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { QuarantineAction, QuarantineEntry } from '@wm/client';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { ask } from '../../api/queries.ts';
import { formatBytes } from '../../time/format.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Environment } from '../../ui/environment.tsx';
import { CopyButton, Identifier } from '../../ui/identifier.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel, ViewHead } from '../../ui/panel.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Instant } from '../../ui/time.tsx';
import { EntryActions } from './entry-actions.tsx';
import { formatJson } from './format-json.ts';
import { QuarantineState } from './quarantine-state.tsx';
import { REASONS } from './reasons.ts';
import { Fact } from '../../ui/fact.tsx';
import css from './pipeline.module.css';

export default function QuarantinedEvent() {
  const { id } = useParams({ from: '/pipeline/quarantine/$id' });
  const query = useQuery(ask('GET /v1/quarantine/{id}', { path: { id } }));
  return (
    <>
      <ViewHead title="Rejected event">
        <Link to="/pipeline" search={{ show: 'quarantine' }} className={buttonClass('plain', true)}>
          <ArrowLeft size={14} aria-hidden="true" /> All rejected events
        </Link>
      </ViewHead>
      <Answered query={query} what="The rejected event" rows={12}>
        {({ entry }) => (
          <div className={css.detail}>
            <Panel title={`Why was it rejected? ${REASONS[entry.reason] ?? entry.reason}`}>
              <Why entry={entry} />
            </Panel>
            <Panel title="What can be done?">
              <EntryActions entry={entry} />
            </Panel>
            <Payload entry={entry} />
            <History actions={entry.actions} />
          </div>
        )}
      </Answered>
    </>
  );
}

function Why({ entry }: { entry: QuarantineEntry }) {
  return (
    <>
      <p>{entry.detail}</p>
      {entry.reasonText !== null && <p className="soft">{entry.reasonText}</p>}
      <dl className={css.facts}>
        <Fact name="State">
          <QuarantineState state={entry.state} />
        </Fact>
        <Fact name="Event id, as it claims">
          {entry.eventId === null ? (
            <span className="faint">unreadable</span>
          ) : (
            <Identifier id={entry.eventId} most={40} />
          )}
        </Fact>
        <Fact name="Environment and service">
          {entry.env === null ? <span className="faint">none named</span> : <Environment env={entry.env} />}{' '}
          {entry.serviceKey ?? ''}
        </Fact>
        <Fact name="Received">
          <Instant at={entry.receivedAt} />
        </Fact>
        <Fact name="Key it came with">
          {entry.keyId === null ? <span className="faint">none</span> : <Identifier id={entry.keyId} most={40} />}
        </Fact>
        {entry.redrivenAt !== null && (
          <Fact name="Redriven">
            <Instant at={entry.redrivenAt} />
          </Fact>
        )}
        {entry.discardedAt !== null && (
          <Fact name="Discarded">
            <Instant at={entry.discardedAt} />
          </Fact>
        )}
      </dl>
    </>
  );
}

function Payload({ entry: { raw, rawBytes, rawCut, bytesReplaced } }: { entry: QuarantineEntry }) {
  const [asItCame, setAsItCame] = useState(false);
  return (
    <Panel
      title="What does it say?"
      aside={
        <>
          <Button small aria-pressed={asItCame} onClick={() => setAsItCame(!asItCame)}>
            As it came
          </Button>
          <CopyButton text={raw} label="Copy the text as it came" shown="Copy" />
        </>
      }
      note={[
        `${formatBytes(rawBytes)}.`,
        rawCut && 'Only the beginning of its text is kept.',
        bytesReplaced && 'The request was no valid UTF-8: � stands for bytes that are lost.',
      ]
        .filter((part) => part !== false)
        .join(' ')}
    >
      <pre className={css.payload} tabIndex={0} role="region" aria-label="Text of the event">
        {asItCame ? raw : formatJson(raw)}
      </pre>
    </Panel>
  );
}

function History({ actions }: { actions: QuarantineAction[] }) {
  return (
    <Panel title="What was done about it?">
      {actions.length === 0 ? (
        <p className="soft">Nothing yet.</p>
      ) : (
        <DataTable
          label="Actions, the oldest first"
          columns={COLUMNS}
          rows={actions}
          rowKey={({ actedAt }) => actedAt}
        />
      )}
    </Panel>
  );
}

const COLUMNS: Column<QuarantineAction>[] = [
  { id: 'at', head: 'When', cell: ({ actedAt }) => <Instant at={actedAt} /> },
  { id: 'action', head: 'What', cell: ({ action, mended }) => `${action}${mended ? ', mended' : ''}` },
  { id: 'outcome', head: 'What became of it', cell: ({ outcome }) => outcome },
  { id: 'detail', head: 'Why', cell: ({ detail }) => detail ?? <span className="faint">–</span> },
  {
    id: 'event',
    head: 'In the log as',
    cell: ({ eventId }) => (eventId === null ? <span className="faint">–</span> : <Identifier id={eventId} />),
  },
  { id: 'actor', head: 'By', cell: ({ actor }) => <Identifier id={actor} copy={false} /> },
];
