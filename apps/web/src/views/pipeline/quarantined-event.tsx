import { ViewHead } from '../../ui/panel.tsx';

export default function QuarantinedEvent() {
  return <ViewHead title="Pipeline" />;
}
