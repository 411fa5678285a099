/** Light, dark, or as the machine says. */
import { readSetting, writeSetting } from './settings.ts';

export type Theme = 'light' | 'dark' | 'system';

export function readTheme(): Theme {
  const saved = readSetting('theme');
  return saved === 'light' || saved === 'dark' ? saved : 'system';
}

export function applyTheme(theme: Theme = readTheme()): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
}

export function changeTheme(theme: Theme): void {
  writeSetting('theme', theme);
  applyTheme(theme);
  // Canvases draw with colours that they read once.
  document.dispatchEvent(new Event('wm:theme'));
}
