/** UTC or local time, everywhere alike. */
import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import { readSetting, writeSetting } from '../frame/settings.ts';
import type { Zone } from './format.ts';

const ZoneContext = createContext<{ zone: Zone; setZone: (zone: Zone) => void }>({ zone: 'local', setZone: () => {} });

export function ZoneProvider({ children }: { children: ReactNode }) {
  const [zone, setShown] = useState<Zone>(() => (readSetting('zone') === 'utc' ? 'utc' : 'local'));
  const value = useMemo(
    () => ({
      zone,
      setZone: (next: Zone) => {
        writeSetting('zone', next);
        setShown(next);
      },
    }),
    [zone],
  );
  return <ZoneContext value={value}>{children}</ZoneContext>;
}

export function useZone() {
  return use(ZoneContext);
}
