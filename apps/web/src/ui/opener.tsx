/** A button that opens something. What it opens is loaded by itself: a first view needs the button only. */
import { Suspense, useRef, useState, type ButtonHTMLAttributes, type ReactNode, type RefObject } from 'react';
import { buttonClass, type ButtonKind } from './button.tsx';

export interface OpenerProps extends Omit<
  ButtonHTMLAttributes<HTMLButtonElement>,
  'className' | 'onClick' | 'children'
> {
  /** What stands on the button. */
  button: ReactNode;
  kind?: ButtonKind;
  small?: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

interface Props extends OpenerProps {
  opens: 'dialog' | 'menu';
  /** What is opened: mounted from the first time on. @param opener what it stands at, and where the focus returns to */
  children: (opener: RefObject<HTMLButtonElement | null>) => ReactNode;
}

export function Opener({ button, kind = 'plain', small = false, open, onOpenChange, opens, children, ...rest }: Props) {
  const opener = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={opener}
        type="button"
        className={buttonClass(kind, small)}
        aria-haspopup={opens}
        aria-expanded={open}
        {...(open && { 'data-popup-open': '' })}
        onClick={() => onOpenChange(!open)}
        {...rest}
      >
        {button}
      </button>
      <FromFirstUse used={open}>{() => children(opener)}</FromFirstUse>
    </>
  );
}

/** Stays once it was used, so that it can close in its own way. */
export function FromFirstUse({ used, children }: { used: boolean; children: () => ReactNode }) {
  const [everUsed, setEverUsed] = useState(used);
  if (used && !everUsed) setEverUsed(true);
  return used || everUsed ? <Suspense fallback={null}>{children()}</Suspense> : null;
}

/**
 * Whether the component library closes because its opener was pressed or got the focus. The press closes or opens by itself, and
 * the focus may rest there.
 */
export function isAtOpener(opener: RefObject<HTMLElement | null>, event: Event): boolean {
  const at = event instanceof FocusEvent ? event.relatedTarget : event.target;
  return !(event instanceof KeyboardEvent) && at instanceof Node && opener.current?.contains(at) === true;
}
