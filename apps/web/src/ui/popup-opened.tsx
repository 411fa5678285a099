/** The window of a Popup. */
import { Popover } from '@base-ui/react/popover';
import type { ReactNode, RefObject } from 'react';
import { isAtOpener } from './opener.tsx';
import css from '../frame/menu.module.css';

interface Props {
  label: string;
  opener: RefObject<HTMLButtonElement | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
}

export default function PopupOpened({ label, opener, open, onOpenChange, children }: Props) {
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next, { event }) => !isAtOpener(opener, event) && onOpenChange(next)}
      modal="trap-focus"
    >
      <Popover.Portal>
        <Popover.Positioner anchor={opener} align="start" sideOffset={6} className={css.positioner}>
          <Popover.Popup className={css.popup} aria-label={label} finalFocus={opener}>
            {children}
            <Popover.Close className={css.close}>Close</Popover.Close>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
