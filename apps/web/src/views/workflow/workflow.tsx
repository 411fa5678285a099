import { ViewHead } from '../../ui/panel.tsx';

export default function Workflow() {
  return <ViewHead title="Workflow" />;
}
