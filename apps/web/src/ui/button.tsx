/** Buttons and what looks like one. */
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import css from './button.module.css';

export type ButtonKind = 'plain' | 'primary' | 'danger' | 'bare';

/** For links that look like buttons, and for triggers of the component library. */
export function buttonClass(kind: ButtonKind = 'plain', small = false): string {
  return classNames(css.button, css[kind], small && css.small);
}

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind;
  small?: boolean;
  children: ReactNode;
}

export function Button({ kind = 'plain', small = false, className, children, ...rest }: Props) {
  return (
    <button type="button" className={classNames(buttonClass(kind, small), className)} {...rest}>
      {children}
    </button>
  );
}
