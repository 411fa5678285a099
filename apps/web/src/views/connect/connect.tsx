import { ViewHead } from '../../ui/panel.tsx';

export default function Connect() {
  return <ViewHead title="Connect" />;
}
