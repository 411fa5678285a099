/** All rows of the question as a file, not only those that were read. */
import { Menu } from '@base-ui/react/menu';
import { Download } from 'lucide-react';
import { BASE_PATH } from '../../api/base.ts';
import { stringifySearch } from '../../url/search-text.ts';
import { buttonClass } from '../../ui/button.tsx';
import menuCss from '../../frame/menu.module.css';
import type { ListQuery } from './list-question.ts';

export function ExportMenu({ question }: { question: ListQuery }) {
  const href = (format: 'csv' | 'ndjson'): string =>
    `${BASE_PATH}/v1/workflows/export${stringifySearch({ ...question, format })}`;
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonClass()}>
        <Download size={14} aria-hidden="true" />
        Export
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={6} className={menuCss.positioner}>
          <Menu.Popup className={menuCss.popup}>
            <Menu.LinkItem closeOnClick className={menuCss.item} href={href('csv')} download="workflows.csv">
              All rows as CSV
            </Menu.LinkItem>
            <Menu.LinkItem closeOnClick className={menuCss.item} href={href('ndjson')} download="workflows.ndjson">
              All rows as NDJSON
            </Menu.LinkItem>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
