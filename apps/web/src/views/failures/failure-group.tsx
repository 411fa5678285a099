import { ViewHead } from '../../ui/panel.tsx';

export default function FailureGroup() {
  return <ViewHead title="Failures" />;
}
