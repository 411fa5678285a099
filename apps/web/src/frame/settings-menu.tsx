/** What a reader prefers, and ways out. */
import { Menu } from '@base-ui/react/menu';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Keyboard, LogOut, Monitor, Moon, Sun, Unplug } from 'lucide-react';
import { useState, type ReactNode, type RefObject } from 'react';
import type { Session } from '@wm/client';
import { endSession, logout } from '../api/session.ts';
import { useZone } from '../time/zone.tsx';
import { isAtOpener } from '../ui/opener.tsx';
import { changeTheme, readTheme, type Theme } from './theme.ts';
import css from './menu.module.css';

const THEMES = [
  { theme: 'light', name: 'Light', icon: Sun },
  { theme: 'dark', name: 'Dark', icon: Moon },
  { theme: 'system', name: 'As this machine', icon: Monitor },
] as const;

interface Props {
  session: Session;
  onHelp: () => void;
  opener: RefObject<HTMLButtonElement | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export default function SettingsMenu({ session, onHelp, opener, open, onOpenChange }: Props) {
  return (
    <Menu.Root open={open} onOpenChange={(next, { event }) => !isAtOpener(opener, event) && onOpenChange(next)}>
      <Menu.Portal>
        <Menu.Positioner anchor={opener} align="end" sideOffset={6} className={css.positioner}>
          <Menu.Popup className={css.popup} aria-label="Settings" finalFocus={opener}>
            <Choices />
            <Menu.Separator className={css.separator} />
            <Menu.Item className={css.item} onClick={onHelp}>
              <Keyboard size={14} aria-hidden="true" /> Keys
            </Menu.Item>
            <Menu.Item className={css.item} render={<Link to="/connect" />}>
              <Unplug size={14} aria-hidden="true" /> Connect a service
            </Menu.Item>
            {session.auth === 'on' && <LogOutItem name={session.name} />}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Zone and theme. */
function Choices() {
  const { zone, setZone } = useZone();
  const [theme, setTheme] = useState<Theme>(readTheme);
  const choose = (next: Theme): void => {
    setTheme(next);
    changeTheme(next);
  };
  return (
    <>
      <Menu.RadioGroup value={zone} onValueChange={setZone} aria-label="Times">
        <Choice value="local" name="Local time" />
        <Choice value="utc" name="UTC" />
      </Menu.RadioGroup>
      <Menu.Separator className={css.separator} />
      <Menu.RadioGroup value={theme} onValueChange={choose} aria-label="Theme">
        {THEMES.map(({ theme: each, name, icon: Icon }) => (
          <Choice key={each} value={each} name={name} icon={<Icon size={14} aria-hidden="true" />} />
        ))}
      </Menu.RadioGroup>
    </>
  );
}

function Choice({ value, name, icon }: { value: string; name: string; icon?: ReactNode }) {
  return (
    <Menu.RadioItem className={css.item} value={value} closeOnClick>
      <Menu.RadioItemIndicator className={css.tick} keepMounted />
      {icon}
      {name}
    </Menu.RadioItem>
  );
}

function LogOutItem({ name }: { name: string | null }) {
  const queries = useQueryClient();
  const leave = async (): Promise<void> => {
    await logout();
    await endSession(queries);
  };
  return (
    <Menu.Item className={css.item} onClick={() => void leave()}>
      <LogOut size={14} aria-hidden="true" /> Log out{name === null ? '' : ` (${name})`}
    </Menu.Item>
  );
}
