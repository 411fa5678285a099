/** The window of a Popup. */
import { Popover } from '@base-ui/react/popover';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
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
    <Popover.Root open={open} onOpenChange={(next, { event }) => !isAtOpener(opener, event) && onOpenChange(next)}>
      <Popover.Portal>
        <Popover.Positioner anchor={opener} align="start" sideOffset={6} className={css.positioner}>
          <Popover.Popup
            className={css.popup}
            aria-label={label}
            finalFocus={opener}
            onKeyDown={(event) => {
              if (!leavesWith(event)) return;
              event.preventDefault();
              onOpenChange(false);
            }}
          >
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Tab at the end and Shift-Tab at the beginning close the window: from its button on, the keyboard goes on through the page. */
function leavesWith({ key, shiftKey, currentTarget, target }: KeyboardEvent<HTMLElement>): boolean {
  if (key !== 'Tab') return false;
  const controls = [...currentTarget.querySelectorAll('a[href], button:enabled, input:enabled, select:enabled')];
  return target === (shiftKey ? controls[0] : controls.at(-1)) || (shiftKey && target === currentTarget);
}
