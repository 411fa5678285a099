/** Whether somebody has dealt with a rejected event: a shape and a word. */
import { Inbox, RotateCw, Trash2 } from 'lucide-react';
import type { QuarantinedEvent } from '@wm/client';
import css from './quarantine-state.module.css';

const ICONS = { open: Inbox, redriven: RotateCw, discarded: Trash2 };

export function QuarantineState({ state }: { state: QuarantinedEvent['state'] }) {
  const Icon = ICONS[state];
  return (
    <span className={css[state]}>
      <Icon size={14} aria-hidden="true" />
      {state}
    </span>
  );
}
