import { ViewHead } from '../../ui/panel.tsx';

export default function Pipeline() {
  return <ViewHead title="Pipeline" />;
}
