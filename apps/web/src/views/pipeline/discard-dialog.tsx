/** Asks why something is not needed, before it is put away. */
import type { FormEvent } from 'react';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import type { Action } from './use-action.ts';
import css from './pipeline.module.css';

interface Props {
  open: boolean;
  onClose: () => void;
  /** What is put away, in words. */
  what: string;
  action: Action;
  onDiscard: (reason: string) => void;
}

export function DiscardDialog({ open, onClose, what, action, onDiscard }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const reason = (new FormData(event.currentTarget).get('reason') as string).trim();
    if (reason !== '') onDiscard(reason);
  };
  return (
    <Modal open={open} onClose={onClose} title={`Discard ${what}?`}>
      <form onSubmit={submit} className={css.form}>
        <p>
          It will not go into the log and will not be shown in any run. Its text stays here as discarded, with your
          reason and the time.
        </p>
        <label className={css.field}>
          Why is it not needed?
          <input className={css.input} name="reason" required maxLength={1_000} autoComplete="off" />
        </label>
        <Foot action={action} onClose={onClose} kind="danger" does="Discard" />
      </form>
    </Modal>
  );
}

interface FootProps {
  action: Action;
  onClose: () => void;
  kind: 'primary' | 'danger';
  does: string;
}

export function Foot({ action: { busy, wrong }, onClose, kind, does }: FootProps) {
  return (
    <>
      {wrong !== null && (
        <p role="alert" className={css.wrong}>
          {wrong}
        </p>
      )}
      <div className={css.foot}>
        <Button kind={kind} type="submit" disabled={busy}>
          {busy ? 'Working …' : does}
        </Button>
        <Button onClick={onClose} disabled={busy}>
          Leave it as it is
        </Button>
      </div>
    </>
  );
}
