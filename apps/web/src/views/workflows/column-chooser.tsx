/** Which columns are in sight. They are part of the address, so that a link shows the same. */
import { getRouteApi } from '@tanstack/react-router';
import { Columns3 } from 'lucide-react';
import { useState } from 'react';
import { ChooseList } from '../../frame/choose-list.tsx';
import { COLUMNS, USUAL } from './columns.tsx';

const route = getRouteApi('/workflows');

export function ColumnChooser() {
  const { columns } = route.useSearch();
  const navigate = route.useNavigate();
  const [open, setOpen] = useState(false);
  const choose = (chosen: string[] | undefined): void => {
    const all = chosen ?? COLUMNS.map(({ id }) => id);
    const isUsual = all.length === USUAL.length && USUAL.every((id) => all.includes(id));
    void navigate({ search: (before) => ({ ...before, columns: isUsual ? undefined : all }), replace: true });
  };
  return (
    <ChooseList
      title="Columns"
      open={open}
      onOpenChange={setOpen}
      options={COLUMNS.map(({ id, name }) => ({ value: id, shown: name }))}
      chosen={columns ?? USUAL}
      onChoose={choose}
      shown={
        <>
          <Columns3 size={14} aria-hidden="true" />
          Columns
        </>
      }
    />
  );
}
