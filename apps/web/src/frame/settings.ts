/** What a reader prefers on this machine: theme, zone, saved views. Where the browser keeps nothing, the page works the same. */
type Setting = 'theme' | 'zone' | 'views';

export function readSetting(name: Setting): string | null {
  try {
    return localStorage.getItem(`wm.${name}`);
  } catch {
    return null;
  }
}

export function writeSetting(name: Setting, value: string): void {
  try {
    localStorage.setItem(`wm.${name}`, value);
  } catch {
    // Kept until the page is closed, then.
  }
}
