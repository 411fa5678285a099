/** Which time the page is about: a stretch up to now, or from and until. */
import { ChevronDown } from 'lucide-react';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { formatInstant, type Zone } from '../time/format.ts';
import { PRESET_NAMES, type Range } from '../time/range.ts';
import { useZone } from '../time/zone.tsx';
import { Button } from '../ui/button.tsx';
import { Popup } from '../ui/popup.tsx';
import { PRESETS, type Preset } from '../url/search.ts';
import { useRange } from './scope.ts';
import { useShortcut } from './shortcuts.ts';
import css from './menu.module.css';

export function RangePicker() {
  const range = useRange();
  const { zone } = useZone();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  useShortcut('t', 'Choose a range of time', () => setOpen(true));
  const choose = (next: { range?: Preset; since?: string; until?: string }): void => {
    setOpen(false);
    void navigate({
      to: '.',
      search: (before) => ({ ...before, range: undefined, since: undefined, until: undefined, ...next }),
    });
  };
  return (
    <Popup
      label="Range of time"
      button={
        <>
          <span className="only-read">Time: </span>
          {nameOf(range, zone)}
          <ChevronDown size={14} aria-hidden="true" />
        </>
      }
      open={open}
      onOpenChange={setOpen}
    >
      {PRESETS.map((preset) => (
        <button
          key={preset}
          type="button"
          className={css.item}
          aria-pressed={range.preset === preset}
          onClick={() => choose(preset === '24h' ? {} : { range: preset })}
        >
          <span className={css.tick} {...(range.preset === preset && { 'data-checked': '' })} />
          {PRESET_NAMES[preset]}
        </button>
      ))}
      <hr className={css.separator} />
      <AbsoluteRange range={range} zone={zone} onChoose={choose} />
    </Popup>
  );
}

function AbsoluteRange({
  range,
  zone,
  onChoose,
}: {
  range: Range;
  zone: Zone;
  onChoose: (next: { since: string; until?: string }) => void;
}) {
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const since = readInput(fields.get('since') as string, zone);
    const until = readInput(fields.get('until') as string, zone);
    if (since === null) return setWrong('A range needs a time to begin at.');
    if (until !== null && until <= since) return setWrong('The range ends before it begins.');
    onChoose({ since, ...(until !== null && { until }) });
  };
  const title = zone === 'utc' ? 'UTC' : 'local time';
  return (
    <form onSubmit={submit}>
      <label className={css.field}>
        From ({title})
        <input
          className={css.input}
          type="datetime-local"
          name="since"
          step={1}
          defaultValue={inputValue(range.since, zone)}
        />
      </label>
      <label className={css.field}>
        Until (empty: now)
        <input
          className={css.input}
          type="datetime-local"
          name="until"
          step={1}
          defaultValue={range.until === null ? '' : inputValue(range.until, zone)}
        />
      </label>
      <div className={css.foot}>
        <Button kind="primary" type="submit">
          Show
        </Button>
        {wrong !== null && <span role="alert">{wrong}</span>}
      </div>
    </form>
  );
}

function inputValue(at: string, zone: Zone): string {
  return formatInstant(new Date(at), zone, { ms: false }).replace(' UTC', '').replace(' ', 'T');
}

/** @returns ISO 8601 in UTC; null: nothing that is a time */
function readInput(text: string, zone: Zone): string | null {
  const at = new Date(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function nameOf({ preset, since, until }: Range, zone: Zone): string {
  if (preset !== null) return PRESET_NAMES[preset];
  const from = formatInstant(new Date(since), zone, { ms: false });
  return `${from} – ${until === null ? 'now' : formatInstant(new Date(until), zone, { ms: false })}`;
}
