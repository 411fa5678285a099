/** What opens above the page. It comes when the first view stands there, so that it is at hand when it is asked for, connection or not. */
import { loadPopup } from '../ui/popup.tsx';

export const loadPalette = () => import('./palette.tsx');
export const loadHelp = () => import('./help.tsx');
export const loadSettings = () => import('./settings-menu.tsx');

/** A first view is done by then, on a slow machine too. */
const LATER_MS = 3_000;

/** @returns what calls it off */
export function loadLater(): () => void {
  const timer = setTimeout(() => {
    // What fails now is tried again when it is used.
    void Promise.allSettled([loadPopup(), loadPalette(), loadHelp(), loadSettings()]);
  }, LATER_MS);
  return () => clearTimeout(timer);
}
