import { ViewHead } from '../../ui/panel.tsx';

export default function Active() {
  return <ViewHead title="Active" />;
}
