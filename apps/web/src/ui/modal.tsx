/** A dialog above the page: Escape and a press beside it close it, and the focus comes back. */
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { buttonClass } from './button.tsx';
import css from './modal.module.css';

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  /** false: the title is for those who do not see it only. */
  titled?: boolean;
  /** Where the typing goes first; absent: to the first control. */
  focusFirst?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

export function Modal({ open, onClose, title, titled = true, focusFirst, children }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup className={css.popup} {...(focusFirst !== undefined && { initialFocus: focusFirst })}>
          <header className={titled ? css.head : 'only-read'}>
            <Dialog.Title>{title}</Dialog.Title>
            <Dialog.Close className={buttonClass('bare', true)} aria-label="Close">
              <X size={15} aria-hidden="true" />
            </Dialog.Close>
          </header>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
