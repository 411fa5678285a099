/** Which environments the page is about: always in sight, in their own colours. */
import { ChevronDown } from 'lucide-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Environment } from '../ui/environment.tsx';
import { ChooseList } from './choose-list.tsx';
import { byImportance, useEnvironments } from './scope.ts';
import { useShortcut } from './shortcuts.ts';

export function EnvironmentSwitch() {
  const { env } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const { data } = useEnvironments();
  useShortcut('e', 'Choose environments', () => setOpen(true));
  const names = [...new Set([...(data?.environments.map((each) => each.env) ?? []), ...(env ?? [])])].toSorted(
    byImportance,
  );
  return (
    <ChooseList
      title="Environments"
      open={open}
      onOpenChange={setOpen}
      options={names.map((name) => ({ value: name, shown: <Environment env={name} /> }))}
      chosen={env}
      onChoose={(chosen) => void navigate({ to: '.', search: (before) => ({ ...before, env: chosen }) })}
      shown={
        <>
          {env === undefined
            ? 'All environments'
            : env.slice(0, 3).map((name) => <Environment key={name} env={name} />)}
          {env !== undefined && env.length > 3 && `+${env.length - 3}`}
          <ChevronDown size={14} aria-hidden="true" />
        </>
      }
    />
  );
}
