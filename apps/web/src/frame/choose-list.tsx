/** Some of a list, several or all: what the switches of environments and services open. */
import { Check } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Skeleton } from '../ui/notice.tsx';
import { Popup } from '../ui/popup.tsx';
import css from './menu.module.css';

interface Props {
  /** Such as 'Environments'. */
  title: string;
  /** The button's text: what is chosen. */
  shown: ReactNode;
  /** undefined: still on their way. */
  options: readonly { value: string; shown: ReactNode }[] | undefined;
  /** Absent: all. */
  chosen: string[] | undefined;
  onChoose: (chosen: string[] | undefined) => void;
  /** Whether there is a field to find one by typing. */
  findable?: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ChooseList({ title, shown, options, chosen, onChoose, findable = false, open, onOpenChange }: Props) {
  const [find, setFind] = useState('');
  const fits = options?.filter(({ value }) => value.toLowerCase().includes(find.trim().toLowerCase()));
  const toggle = (value: string): void => {
    const now = chosen ?? [];
    const next = now.includes(value) ? now.filter((each) => each !== value) : [...now, value];
    onChoose(next.length === 0 ? undefined : next);
  };
  return (
    <Popup
      label={title}
      button={
        <>
          <span className="only-read">{title}: </span>
          {shown}
        </>
      }
      open={open}
      onOpenChange={onOpenChange}
    >
      {findable && (
        <div className={css.field}>
          <input
            className={css.input}
            value={find}
            onChange={(event) => setFind(event.target.value)}
            placeholder={`Find in ${options?.length ?? 0}`}
            aria-label={`Find in ${title.toLowerCase()}`}
          />
        </div>
      )}
      <button
        type="button"
        role="checkbox"
        aria-checked={chosen === undefined}
        className={css.item}
        onClick={() => onChoose(undefined)}
      >
        <Box />
        All
      </button>
      <hr className={css.separator} />
      {fits === undefined && <Skeleton rows={3} height={30} />}
      {fits?.map(({ value, shown: each }) => (
        <button
          key={value}
          type="button"
          role="checkbox"
          aria-checked={chosen?.includes(value) ?? false}
          className={css.item}
          onClick={() => toggle(value)}
        >
          <Box />
          {each}
        </button>
      ))}
      {fits?.length === 0 && <p className={css.title}>None is called so.</p>}
    </Popup>
  );
}

function Box() {
  return (
    <span className={css.box}>
      <Check size={12} aria-hidden="true" />
    </span>
  );
}
