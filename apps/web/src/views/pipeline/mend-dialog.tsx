/** Another text in place of the kept one. */
import { useState, type FormEvent } from 'react';
import { Modal } from '../../ui/modal.tsx';
import { Foot } from './discard-dialog.tsx';
import { formatJson } from './format-json.ts';
import type { Action } from './use-action.ts';
import css from './pipeline.module.css';

interface Props {
  open: boolean;
  onClose: () => void;
  raw: string;
  action: Action;
  onMend: (text: string) => void;
}

export function MendDialog({ open, onClose, raw, action, onMend }: Props) {
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const text = (new FormData(event.currentTarget).get('event') as string).trim();
    const found = wrongWith(text);
    setWrong(found);
    if (found === null) onMend(text);
  };
  return (
    <Modal open={open} onClose={onClose} title="Redrive this event mended?">
      <form onSubmit={submit} className={css.form}>
        <p>Your text is sent in place of the kept one, which stays here. That it was mended is noted with your name.</p>
        <label className={css.field}>
          The mended event
          <textarea
            className={css.editor}
            name="event"
            defaultValue={formatJson(raw)}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={wrong !== null}
          />
        </label>
        {wrong !== null && (
          <p role="alert" className={css.wrong}>
            {wrong}
          </p>
        )}
        <Foot action={action} onClose={onClose} kind="primary" does="Redrive mended" />
      </form>
    </Modal>
  );
}

function wrongWith(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return null;
    return 'An event is one JSON object. Nothing was sent.';
  } catch (error) {
    return `This is no JSON, so nothing was sent. ${error instanceof Error ? error.message : ''}`;
  }
}
