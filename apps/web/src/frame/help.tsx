/** The keys. */
import { Modal } from '../ui/modal.tsx';
import { shortcutList } from './shortcuts.ts';
import css from './help.module.css';

const ALWAYS = [
  { key: 'Enter', does: 'Open the row' },
  { key: 'Ctrl K', does: 'Search, as /' },
  { key: 'Esc', does: 'Close what is open' },
];

export default function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} onClose={onClose} title="Keys">
      <dl className={css.keys}>
        {[...shortcutList(), ...ALWAYS].map(({ key, does }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
