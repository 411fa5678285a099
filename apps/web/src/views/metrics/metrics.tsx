import { ViewHead } from '../../ui/panel.tsx';

export default function Metrics() {
  return <ViewHead title="Metrics" />;
}
