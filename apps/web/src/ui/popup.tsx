/** A button with a small window below it. */
import { lazy, type ReactNode } from 'react';
import { Opener, type OpenerProps } from './opener.tsx';

export const loadPopup = () => import('./popup-opened.tsx');

const PopupOpened = lazy(loadPopup);

interface Props extends OpenerProps {
  /** Name of the window. */
  label: string;
  /** Drawn when it is open. */
  children: ReactNode;
}

export function Popup({ label, children, ...opener }: Props) {
  return (
    <Opener {...opener} opens="dialog">
      {(button) => (
        <PopupOpened label={label} opener={button} open={opener.open} onOpenChange={opener.onOpenChange}>
          {children}
        </PopupOpened>
      )}
    </Opener>
  );
}
