/** Which services the page is about. */
import { ChevronDown } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../api/queries.ts';
import { ChooseList } from './choose-list.tsx';
import { useShortcut } from './shortcuts.ts';

export function ServiceFilter() {
  const { service } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  useShortcut('s', 'Choose services', () => setOpen(true));
  // Their names alone: nobody asks for them where all are meant.
  const { data } = useQuery(ask('GET /v1/services', {}, { enabled: open || service !== undefined }));
  const known = new Map(data?.services.map((each) => [each.serviceKey, each.displayName ?? each.serviceKey]));
  const names = [...new Set([...known.keys(), ...(service ?? [])])].toSorted((left, right) =>
    left.localeCompare(right),
  );
  return (
    <ChooseList
      title="Services"
      open={open}
      onOpenChange={setOpen}
      options={data && names.map((name) => ({ value: name, shown: known.get(name) ?? name }))}
      chosen={service}
      onChoose={(chosen) => void navigate({ to: '.', search: (before) => ({ ...before, service: chosen }) })}
      findable={names.length > 8}
      shown={
        <>
          {service === undefined
            ? 'All services'
            : service.length === 1
              ? (known.get(service[0]!) ?? service[0])
              : `${service.length} services`}
          <ChevronDown size={14} aria-hidden="true" />
        </>
      }
    />
  );
}
