import { ViewHead } from '../../ui/panel.tsx';

export default function Step() {
  return <ViewHead title="Step" />;
}
