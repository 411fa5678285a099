/** The filters in force as chips, and what adds one. */
import { getRouteApi } from '@tanstack/react-router';
import { ListFilter, X } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { Button } from '../../ui/button.tsx';
import { Popup } from '../../ui/popup.tsx';
import { Status } from '../../ui/status.tsx';
import { useShortcut } from '../../frame/shortcuts.ts';
import menuCss from '../../frame/menu.module.css';
import { chipsOf, FLAGS, readDuration, TYPED, withoutChip, withTyped } from './filters.ts';
import { STATUSES, type WorkflowsSearch } from './search.ts';
import css from './workflows.module.css';

const route = getRouteApi('/workflows');

export function FilterBar() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: WorkflowsSearch): void => void navigate({ search: { ...search, ...next } });
  const chips = chipsOf(search);
  return (
    <div className={css.filters}>
      <div className={css.statuses} role="group" aria-label="Status">
        {STATUSES.map((status) => {
          const isOn = search.status?.includes(status) ?? false;
          const rest = search.status?.filter((each) => each !== status) ?? [];
          const next = isOn ? rest : [...rest, status];
          return (
            <button
              key={status}
              type="button"
              aria-pressed={isOn}
              onClick={() => change({ ...search, status: next.length === 0 ? undefined : next })}
            >
              <Status status={status} />
            </button>
          );
        })}
      </div>
      <AddFilter search={search} onChange={change} />
      <Button
        small
        aria-pressed={search.runs === 'all'}
        onClick={() => change({ ...search, runs: search.runs === 'all' ? undefined : 'all' })}
        title="Earlier runs of an id that was used again"
      >
        Earlier runs too
      </Button>
      <Button
        small
        aria-pressed={search.time === 'ended'}
        onClick={() => change({ ...search, time: search.time === 'ended' ? undefined : 'ended' })}
        title="The range of time is that in which runs ended, instead of that in which they began"
      >
        By their end
      </Button>
      {chips.map((chip) => (
        <span key={`${chip.key} ${chip.value}`} className={css.chip}>
          <bdi className="cut">{chip.words}</bdi>
          <button type="button" aria-label={`Without ${chip.words}`} onClick={() => change(withoutChip(search, chip))}>
            <X size={12} aria-hidden="true" />
          </button>
        </span>
      ))}
    </div>
  );
}

function AddFilter({ search, onChange }: { search: WorkflowsSearch; onChange: (next: WorkflowsSearch) => void }) {
  const [open, setOpen] = useState(false);
  useShortcut('f', 'Add a filter', () => setOpen(true));
  const add = (next: WorkflowsSearch): void => {
    setOpen(false);
    onChange(next);
  };
  return (
    <Popup
      label="Add a filter"
      button={
        <>
          <ListFilter size={13} aria-hidden="true" />
          Filter
        </>
      }
      small
      open={open}
      onOpenChange={setOpen}
    >
      <TypedFilter onAdd={(key, value) => add(withTyped(search, key, value))} />
      <hr className={menuCss.separator} />
      {FLAGS.flatMap(({ key, yes, no }) =>
        (
          [
            ['true', yes],
            ['false', no],
          ] as const
        ).map(([value, words]) => (
          <button
            key={words}
            type="button"
            className={menuCss.item}
            aria-pressed={search[key] === value}
            onClick={() => add({ ...search, [key]: value })}
          >
            <span className={menuCss.tick} {...(search[key] === value && { 'data-checked': '' })} />
            {words}
          </button>
        )),
      )}
    </Popup>
  );
}

type TypedKey = (typeof TYPED)[number]['key'];

function TypedFilter({ onAdd }: { onAdd: (key: TypedKey, value: string) => void }) {
  const [key, setKey] = useState<TypedKey>('search');
  const [wrong, setWrong] = useState<string | null>(null);
  const chosen = TYPED.find((each) => each.key === key)!;
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const typed = (new FormData(event.currentTarget).get('value') as string).trim();
    const isDuration = key === 'minDurationMs' || key === 'maxDurationMs';
    const value = isDuration ? readDuration(typed)?.toString() : typed;
    if (value === undefined) return setWrong('That is no length of time. Write it as 90s, 5m or 2h.');
    if (key === 'tag' && !/.=/.test(value)) return setWrong('Write a path, = and a value.');
    onAdd(key, value);
  };
  return (
    <form onSubmit={submit}>
      <label className={menuCss.field}>
        Filter by
        <select className={menuCss.input} value={key} onChange={(event) => setKey(event.target.value as TypedKey)}>
          {TYPED.map((each) => (
            <option key={each.key} value={each.key}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      <label className={menuCss.field}>
        {chosen.hint}
        <input className={menuCss.input} name="value" required maxLength={500} spellCheck={false} autoComplete="off" />
      </label>
      <div className={menuCss.foot}>
        <Button kind="primary" small type="submit">
          Add
        </Button>
        {wrong !== null && <span role="alert">{wrong}</span>}
      </div>
    </form>
  );
}
