import { ViewHead } from '../../ui/panel.tsx';

export default function Failures() {
  return <ViewHead title="Failures" />;
}
