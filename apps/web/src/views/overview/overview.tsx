import { ViewHead } from '../../ui/panel.tsx';

export default function Overview() {
  return <ViewHead title="Overview" />;
}
