/** Addresses that the reader gave a name. They stay on this machine; to hand one on, send its link. */
import { Bookmark, Trash2 } from 'lucide-react';
import { useLocation, useRouter } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import * as z from 'zod/mini';
import { Button } from '../ui/button.tsx';
import { Popup } from '../ui/popup.tsx';
import { readSetting, writeSetting } from './settings.ts';
import css from './menu.module.css';

const savedViews = z.catch(z.array(z.object({ name: z.string(), href: z.string() })), []);
type SavedView = z.infer<typeof savedViews>[number];

function read(): SavedView[] {
  try {
    return savedViews.parse(JSON.parse(readSetting('views') ?? '[]'));
  } catch {
    return [];
  }
}

export function SavedViews() {
  const router = useRouter();
  const href = useLocation({ select: (location) => location.href });
  const [views, setViews] = useState(read);
  const [open, setOpen] = useState(false);
  const change = (next: SavedView[]): void => {
    setViews(next);
    writeSetting('views', JSON.stringify(next));
  };
  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = (new FormData(event.currentTarget).get('name') as string).trim();
    if (name === '') return;
    change([...views.filter((each) => each.name !== name), { name, href }]);
    setOpen(false);
  };
  return (
    <Popup
      label="Saved views"
      button={<Bookmark size={15} aria-hidden="true" />}
      kind="bare"
      aria-label="Saved views"
      title="Saved views"
      open={open}
      onOpenChange={setOpen}
    >
      {views.length === 0 && <p className={css.title}>None yet. A saved view keeps filters, range and order.</p>}
      {views.map(({ name, href: target }) => (
        <div key={name} className={css.item}>
          <a
            className={css.grow}
            href={router.history.createHref(target)}
            onClick={(event) => {
              event.preventDefault();
              setOpen(false);
              router.history.push(target);
            }}
          >
            {name}
          </a>
          <Button
            kind="bare"
            small
            aria-label={`Remove ${name}`}
            onClick={() => change(views.filter((each) => each.name !== name))}
          >
            <Trash2 size={13} aria-hidden="true" />
          </Button>
        </div>
      ))}
      <hr className={css.separator} />
      <form onSubmit={save}>
        <label className={css.field}>
          Save this view as
          <input className={css.input} name="name" required maxLength={80} />
        </label>
        <div className={css.foot}>
          <Button type="submit">Save</Button>
        </div>
      </form>
    </Popup>
  );
}
