/** Redrive as it is, redrive mended, discard: for keys that may operate, while the event is open. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { QuarantineEntry } from '@wm/client';
import { PencilLine, RotateCw, Trash2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { sessionQuery } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { discardOne, redriveOne } from './actions.ts';
import { DiscardDialog, Foot } from './discard-dialog.tsx';
import { MendDialog } from './mend-dialog.tsx';
import { resultInWords } from './told.ts';
import { useAction, type Action } from './use-action.ts';
import css from './pipeline.module.css';

export function EntryActions({ entry }: { entry: QuarantineEntry }) {
  const { data: session } = useQuery(sessionQuery);
  const action = useAction();
  return (
    <>
      <div role="status">{action.told !== null && <p className={css.told}>{action.told}</p>}</div>
      {entry.state !== 'open' && <Settled entry={entry} />}
      {entry.state === 'open' && session?.scope === 'operate' && <Buttons entry={entry} action={action} />}
      {entry.state === 'open' && session?.scope === 'read' && (
        <p className="soft">This key may look. To redrive or discard it, log in with one for operating.</p>
      )}
    </>
  );
}

function Settled({ entry }: { entry: QuarantineEntry }) {
  const eventId = entry.actions.findLast((action) => action.eventId !== null)?.eventId ?? null;
  if (entry.state === 'discarded') return <p className="soft">Nothing any more: it was discarded.</p>;
  return (
    <p className="soft">
      Nothing any more: it is in the log now.{' '}
      {eventId !== null && (
        <Link to="/workflows" search={{ search: eventId }} className="link">
          Find its run
        </Link>
      )}
    </p>
  );
}

function Buttons({ entry, action }: { entry: QuarantineEntry; action: Action }) {
  const [asked, setAsked] = useState<'redrive' | 'mend' | 'discard' | null>(null);
  const ask = (what: 'redrive' | 'mend' | 'discard'): void => {
    action.clear();
    setAsked(what);
  };
  const close = (): void => setAsked(null);
  const start = async (work: () => Promise<string>): Promise<void> => {
    if (await action.run(work)) close();
  };
  const redrive = (mended: string | null): void =>
    void start(async () => resultInWords(await redriveOne(entry.id, mended)));
  const discard = (reason: string): void =>
    void start(async () => {
      await discardOne(entry.id, reason);
      return 'It is discarded.';
    });
  return (
    <>
      <div className={css.foot}>
        <Button onClick={() => ask('redrive')} disabled={entry.rawCut}>
          <RotateCw size={14} aria-hidden="true" /> Redrive as it is
        </Button>
        <Button onClick={() => ask('mend')}>
          <PencilLine size={14} aria-hidden="true" /> Redrive mended
        </Button>
        <Button kind="danger" onClick={() => ask('discard')}>
          <Trash2 size={14} aria-hidden="true" /> Discard
        </Button>
        {entry.rawCut && <span className="soft">Only its beginning is kept, so it cannot go through as it is.</span>}
      </div>
      <RedriveDialog open={asked === 'redrive'} onClose={close} action={action} onRedrive={() => redrive(null)} />
      <MendDialog open={asked === 'mend'} onClose={close} raw={entry.raw} action={action} onMend={redrive} />
      <DiscardDialog open={asked === 'discard'} onClose={close} what="this event" action={action} onDiscard={discard} />
    </>
  );
}

interface RedriveProps {
  open: boolean;
  onClose: () => void;
  action: Action;
  onRedrive: () => void;
}

function RedriveDialog({ open, onClose, action, onRedrive }: RedriveProps) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onRedrive();
  };
  return (
    <Modal open={open} onClose={onClose} title="Redrive this event as it is?">
      <form onSubmit={submit} className={css.form}>
        <p>
          It goes through the same checks as at its arrival, with the reach of your key. If it passes it is stored and
          taken into the state of its run; otherwise it stays here and the answer says why.
        </p>
        <Foot action={action} onClose={onClose} kind="primary" does="Redrive" />
      </form>
    </Modal>
  );
}
