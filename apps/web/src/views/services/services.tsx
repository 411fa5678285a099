import { ViewHead } from '../../ui/panel.tsx';

export default function Services() {
  return <ViewHead title="Services" />;
}
