import { ViewHead } from '../../ui/panel.tsx';

export default function Workflows() {
  return <ViewHead title="Workflows" />;
}
