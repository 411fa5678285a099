/** What of the events is shown: by type, by step, by a text anywhere in them. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import type { Step } from '@wm/client';
import { WORKFLOW_ROUTE } from '../run-detail.ts';
import { EVENT_TYPES } from './event-words.ts';
import css from './events.module.css';

/** A list this long is typed into, not scrolled through. */
const STEPS_OFFERED = 2_000;

export function EventFilters({ steps }: { steps: readonly Step[] }) {
  const { type, step, text } = useSearch({ from: WORKFLOW_ROUTE });
  const navigate = useNavigate({ from: WORKFLOW_ROUTE });
  const change = (changed: {
    type?: string[] | undefined;
    step?: string | undefined;
    text?: string | undefined;
  }): void => void navigate({ search: (before) => ({ ...before, ...changed }), replace: true, resetScroll: false });
  const listId = useId();
  return (
    <div className={css.filters}>
      <label>
        <span className="only-read">Type</span>
        <select
          value={type?.[0] ?? ''}
          onChange={({ target }) => change({ type: target.value === '' ? undefined : [target.value] })}
        >
          <option value="">All types</option>
          {[...new Set([...EVENT_TYPES, ...(type ?? [])])].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Typed
        label="Step"
        placeholder="Step"
        value={step ?? ''}
        list={listId}
        onValue={(value) => change({ step: value })}
      />
      <datalist id={listId}>
        {steps.slice(0, STEPS_OFFERED).map(({ stepName }) => (
          <option key={stepName}>{stepName}</option>
        ))}
      </datalist>
      <Typed
        label="Text in an event"
        placeholder="Text in names and values"
        value={text ?? ''}
        onValue={(value) => change({ text: value })}
      />
    </div>
  );
}

const STILL_MS = 350;

/** Takes effect when typing rests, or at Enter. */
function Typed({
  label,
  placeholder,
  value,
  list,
  onValue,
}: {
  label: string;
  placeholder: string;
  value: string;
  list?: string;
  onValue: (value: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Changed from elsewhere, such as by Back.
  if (seen !== value) {
    setSeen(value);
    setTyped(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const tell = (next: string): void => {
    clearTimeout(timer.current);
    onValue(next === '' ? undefined : next);
  };
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      list={list}
      onChange={({ target }) => {
        setTyped(target.value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => tell(target.value), STILL_MS);
      }}
      onKeyDown={({ key }) => key === 'Enter' && tell(typed)}
    />
  );
}
