/** What the page is about, and how fresh it is. */
import { Search, Settings2 } from 'lucide-react';
import { lazy, useEffect, useState } from 'react';
import type { Session } from '@wm/client';
import { FromFirstUse, Opener } from '../ui/opener.tsx';
import { EnvironmentSwitch } from './environment-switch.tsx';
import { FreshnessBadge } from './freshness-badge.tsx';
import { loadHelp, loadLater, loadPalette, loadSettings } from './load-later.ts';
import { RangePicker } from './range-picker.tsx';
import { SavedViews } from './saved-views.tsx';
import { ServiceFilter } from './service-filter.tsx';
import { useShortcut } from './shortcuts.ts';
import css from './top-bar.module.css';

const Palette = lazy(loadPalette);
const Help = lazy(loadHelp);
const SettingsMenu = lazy(loadSettings);

export function TopBar({ session }: { session: Session }) {
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  useEffect(loadLater, []);
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
      <Settings session={session} onHelp={() => setHelping(true)} />
      <FromFirstUse used={searching}>
        {() => <Palette open={searching} onClose={() => setSearching(false)} />}
      </FromFirstUse>
      <FromFirstUse used={helping}>{() => <Help open={helping} onClose={() => setHelping(false)} />}</FromFirstUse>
    </header>
  );
}

function Settings({ session, onHelp }: { session: Session; onHelp: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Opener
      opens="menu"
      button={<Settings2 size={16} aria-hidden="true" />}
      kind="bare"
      aria-label="Settings"
      open={open}
      onOpenChange={setOpen}
    >
      {(opener) => <SettingsMenu {...{ session, onHelp, opener, open }} onOpenChange={setOpen} />}
    </Opener>
  );
}
