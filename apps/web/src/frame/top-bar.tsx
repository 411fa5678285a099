/** What the page is about, and how fresh it is. */
import { Keyboard, LogOut, Monitor, Moon, Search, Settings2, Sun, Unplug } from 'lucide-react';
import { Menu } from '@base-ui/react/menu';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { Session } from '@wm/client';
import { endSession, logout } from '../api/session.ts';
import { useZone } from '../time/zone.tsx';
import { buttonClass } from '../ui/button.tsx';
import { EnvironmentSwitch } from './environment-switch.tsx';
import { FreshnessBadge } from './freshness-badge.tsx';
import { Help } from './help.tsx';
import { Palette } from './palette.tsx';
import { RangePicker } from './range-picker.tsx';
import { SavedViews } from './saved-views.tsx';
import { ServiceFilter } from './service-filter.tsx';
import { useShortcut } from './shortcuts.ts';
import { changeTheme, readTheme, type Theme } from './theme.ts';
import menuCss from './menu.module.css';
import css from './top-bar.module.css';

export function TopBar({ session }: { session: Session }) {
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  useShortcut('/', 'Search, or paste any id', () => setSearching(true));
  useShortcut('?', 'These keys', () => setHelping(true));
  return (
    <header className={css.bar}>
      <EnvironmentSwitch />
      <ServiceFilter />
      <RangePicker />
      <SavedViews />
      <button type="button" className={css.search} onClick={() => setSearching(true)} aria-keyshortcuts="/ Control+K">
        <Search size={14} aria-hidden="true" />
        <span>Search or paste an id</span>
        <kbd aria-hidden="true">/</kbd>
      </button>
      <FreshnessBadge />
      <SettingsMenu session={session} onHelp={() => setHelping(true)} />
      <Palette open={searching} onClose={() => setSearching(false)} />
      <Help open={helping} onClose={() => setHelping(false)} />
    </header>
  );
}

const THEMES = [
  { theme: 'light', name: 'Light', icon: Sun },
  { theme: 'dark', name: 'Dark', icon: Moon },
  { theme: 'system', name: 'As this machine', icon: Monitor },
] as const;

function SettingsMenu({ session, onHelp }: { session: Session; onHelp: () => void }) {
  const { zone, setZone } = useZone();
  const [theme, setTheme] = useState<Theme>(readTheme);
  const queries = useQueryClient();
  const leave = async (): Promise<void> => {
    await logout();
    await endSession(queries);
  };
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonClass('bare')} aria-label="Settings">
        <Settings2 size={16} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={6} className={menuCss.positioner}>
          <Menu.Popup className={menuCss.popup}>
            <Menu.RadioGroup value={zone} onValueChange={setZone} aria-label="Times">
              <MenuChoice value="local" name="Local time" />
              <MenuChoice value="utc" name="UTC" />
            </Menu.RadioGroup>
            <Menu.Separator className={menuCss.separator} />
            <Menu.RadioGroup
              value={theme}
              onValueChange={(next: Theme) => {
                setTheme(next);
                changeTheme(next);
              }}
              aria-label="Theme"
            >
              {THEMES.map(({ theme: each, name, icon: Icon }) => (
                <MenuChoice key={each} value={each} name={name} icon={<Icon size={14} aria-hidden="true" />} />
              ))}
            </Menu.RadioGroup>
            <Menu.Separator className={menuCss.separator} />
            <Menu.Item className={menuCss.item} onClick={onHelp}>
              <Keyboard size={14} aria-hidden="true" /> Keys
            </Menu.Item>
            <Menu.Item className={menuCss.item} render={<Link to="/connect" />}>
              <Unplug size={14} aria-hidden="true" /> Connect a service
            </Menu.Item>
            {session.auth === 'on' && (
              <Menu.Item className={menuCss.item} onClick={() => void leave()}>
                <LogOut size={14} aria-hidden="true" /> Log out{session.name === null ? '' : ` (${session.name})`}
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function MenuChoice({ value, name, icon }: { value: string; name: string; icon?: ReactNode }) {
  return (
    <Menu.RadioItem className={menuCss.item} value={value} closeOnClick>
      <Menu.RadioItemIndicator className={menuCss.tick} keepMounted />
      {icon}
      {name}
    </Menu.RadioItem>
  );
}
