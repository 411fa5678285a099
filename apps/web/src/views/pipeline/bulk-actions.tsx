/** All open events of a reason at once: sent through again, or put away. */
import { useQuery } from '@tanstack/react-query';
import { RotateCw, Trash2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { sessionQuery } from '../../api/session.ts';
import { formatCount } from '../../time/format.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { discardAll, redriveAll, type Filter } from './actions.ts';
import { DiscardDialog, Foot } from './discard-dialog.tsx';
import { REASONS } from './reasons.ts';
import { redrivenInWords } from './told.ts';
import { useAction } from './use-action.ts';
import css from './pipeline.module.css';

export function BulkActions({ filter }: { filter: Filter }) {
  const { data: session } = useQuery(sessionQuery);
  const action = useAction();
  const [asked, setAsked] = useState<'redrive' | 'discard' | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  if (session === undefined) return null;
  if (session.scope !== 'operate') {
    return <p className={css.hint}>This key may look. To redrive or discard, log in with one for operating.</p>;
  }
  const ask = (what: 'redrive' | 'discard'): void => {
    action.clear();
    setAsked(what);
  };
  const close = (): void => setAsked(null);
  const start = async (work: () => Promise<string>): Promise<void> => {
    if (await action.run(work)) close();
    setProgress(null);
  };
  const redrive = (): Promise<void> =>
    start(async () =>
      redrivenInWords(
        await redriveAll(filter, ({ stored, duplicates, rejected, cut }) =>
          setProgress(stored + duplicates + rejected + cut),
        ),
      ),
    );
  const discard = (reason: string): Promise<void> =>
    start(async () => `${formatCount(await discardAll(filter, reason, setProgress))} discarded: ${reason}`);
  const what = inWords(filter);
  return (
    <>
      {filter.reason === undefined ? (
        <p className={css.hint}>Choose a reason to redrive or discard all of its events at once.</p>
      ) : (
        <div className={css.filters}>
          <Button onClick={() => ask('redrive')} disabled={action.busy}>
            <RotateCw size={14} aria-hidden="true" /> Redrive all of these
          </Button>
          <Button kind="danger" onClick={() => ask('discard')} disabled={action.busy}>
            <Trash2 size={14} aria-hidden="true" /> Discard all of these
          </Button>
          {progress !== null && <span className="soft">{formatCount(progress)} so far</span>}
        </div>
      )}
      <div role="status">{action.told !== null && <p className={css.told}>{action.told}</p>}</div>
      <RedriveAllDialog open={asked === 'redrive'} onClose={close} what={what} action={action} onRedrive={redrive} />
      <DiscardDialog
        open={asked === 'discard'}
        onClose={close}
        what={what}
        action={action}
        onDiscard={(reason) => void discard(reason)}
      />
    </>
  );
}

function inWords({ reason, env, service }: Filter): string {
  const of = [env !== undefined && `of ${env}`, service !== undefined && `of ${service}`].filter(
    (part) => part !== false,
  );
  return ['all open events', ...of, `with the reason “${REASONS[reason ?? ''] ?? reason}”`].join(' ');
}

interface RedriveAllProps {
  open: boolean;
  onClose: () => void;
  what: string;
  action: ReturnType<typeof useAction>;
  onRedrive: () => Promise<void>;
}

function RedriveAllDialog({ open, onClose, what, action, onRedrive }: RedriveAllProps) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void onRedrive();
  };
  return (
    <Modal open={open} onClose={onClose} title={`Redrive ${what}?`}>
      <form onSubmit={submit} className={css.form}>
        <p>
          Each goes through the same checks as at its arrival, with the reach of your key. What passes is stored and
          taken into the state of its run; what does not stays here.
        </p>
        <Foot action={action} onClose={onClose} kind="primary" does="Redrive" />
      </form>
    </Modal>
  );
}
