/** `/`: paste any id, whole or its beginning, or go anywhere. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useId, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import type { WorkflowListItem } from '@wm/client';
import { ask } from '../api/queries.ts';
import { Environment } from '../ui/environment.tsx';
import { Modal } from '../ui/modal.tsx';
import { Status } from '../ui/status.tsx';
import { Ago } from '../ui/time.tsx';
import menuCss from './menu.module.css';
import css from './palette.module.css';

interface Target {
  key: string;
  group: string;
  shown: ReactNode;
  go: () => void;
}

const PLACES = [
  { name: 'Overview', to: '/' },
  { name: 'Workflows', to: '/workflows' },
  { name: 'Failures', to: '/failures' },
  { name: 'Active runs', to: '/active' },
  { name: 'Metrics', to: '/statistics' },
  { name: 'Services', to: '/services' },
  { name: 'Pipeline: queue, lag, rejected events', to: '/pipeline' },
  { name: 'Connect a service', to: '/connect' },
] as const;

export default function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Modal open={open} onClose={onClose} title="Search" titled={false} focusFirst={field}>
      <PaletteBody onClose={onClose} field={field} />
    </Modal>
  );
}

function PaletteBody({ onClose, field }: { onClose: () => void; field: RefObject<HTMLInputElement | null> }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const { targets, searching } = useTargets(typed.trim(), onClose);
  const chosen = Math.min(at, targets.length - 1);
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((chosen + step + targets.length) % Math.max(1, targets.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      targets[chosen]?.go();
    }
  };
  return (
    <>
      <input
        ref={field}
        className={css.input}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
        placeholder="Workflow, execution or event id, or a place"
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={targets[chosen] === undefined ? undefined : `${listId}-${chosen}`}
        aria-label="Search"
        autoComplete="off"
        spellCheck={false}
      />
      <div id={listId} role="listbox" aria-label="Found" className={css.list}>
        {targets.map(({ key, group, shown, go }, index) => (
          // Keys are the business of the field above: it holds the focus.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={key}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className={menuCss.item}
            onClick={go}
            onMouseMove={() => setAt(index)}
          >
            <span className={menuCss.grow}>{shown}</span>
            <span className="faint">{group}</span>
          </div>
        ))}
      </div>
      <p className={css.foot} role="status">
        {searching
          ? 'Searching …'
          : targets.length === 0
            ? 'Nothing is called so. Ids are found by their beginning; of an event id the first 12 digits are needed.'
            : ''}
      </p>
    </>
  );
}

function useTargets(typed: string, onClose: () => void): { targets: Target[]; searching: boolean } {
  const navigate = useNavigate();
  const search = useDeferredValue(typed);
  const found = useQuery(
    ask(
      'GET /v1/workflows',
      { query: { search, limit: 8, runs: 'all' } },
      { live: false, enabled: search.length >= 3 },
    ),
  );
  const services = useQuery(ask('GET /v1/services', {}));
  const fits = (text: string): boolean => text.toLowerCase().includes(typed.toLowerCase());
  const going = (go: () => Promise<void>) => () => {
    onClose();
    void go();
  };
  // What was found for less than is typed by now stays only where it fits: Enter must not open another run.
  const isStale = search !== typed || found.isPlaceholderData;
  const runs = (search.length >= 3 ? (found.data?.workflows ?? []) : []).filter(
    ({ workflowId, executionId }) => !isStale || [workflowId, executionId].some((id) => id?.startsWith(typed) === true),
  );
  const targets: Target[] = [
    ...runs.map((run) => ({
      key: run.id,
      group: 'run',
      shown: <FoundRun run={run} />,
      go: going(() => navigate(runTarget(run))),
    })),
    ...PLACES.filter(({ name }) => fits(name)).map(({ name, to }) => ({
      key: to,
      group: 'view',
      shown: name,
      go: going(() => navigate({ to })),
    })),
    ...(typed === '' ? [] : (services.data?.services ?? []))
      .filter(({ serviceKey, displayName }) => fits(serviceKey) || fits(displayName ?? ''))
      .slice(0, 6)
      .map(({ serviceKey, displayName }) => ({
        key: `service ${serviceKey}`,
        group: 'service',
        shown: displayName ?? serviceKey,
        go: going(() => navigate({ to: '/workflows', search: { service: [serviceKey] } })),
      })),
  ];
  return { targets, searching: search.length >= 3 && found.isFetching };
}

function runTarget({ env, serviceKey, workflowId, run, latest }: WorkflowListItem) {
  return {
    to: '/workflows/$env/$service/$workflowId',
    params: { env, service: serviceKey, workflowId },
    search: latest ? {} : { run: String(run) },
  } as const;
}

function FoundRun({ run }: { run: WorkflowListItem }) {
  return (
    <span className={css.run}>
      <Status status={run.status} pauseReason={run.pauseReason} activityState={run.activityState} compact />
      <Environment env={run.env} short />
      <span className="cut">{run.workflowName}</span>
      <span className="mono cut faint">{run.executionId ?? run.workflowId}</span>
      <Ago at={run.sortAt} />
    </span>
  );
}
