/** Every view, in the states that look different. */
import { HOSTILE, LONG, NEWEST_FAILURE, ODD, RETRIED, STUCK } from '../scene/answers.ts';
import { runPath } from '../scene/story.ts';

const retried = runPath('production', 'onboarding', RETRIED.execution);
const failed = runPath(NEWEST_FAILURE.env, NEWEST_FAILURE.service, NEWEST_FAILURE.execution);
const odd = runPath(ODD, HOSTILE.service, HOSTILE.execution, HOSTILE.id);

/** Names are for files and tests. `ready` is the heading that stands there when the view is drawn. */
export const EVERY_VIEW: readonly { name: string; path: string; ready: string }[] = [
  { name: 'overview', path: '/', ready: 'Which runs failed last?' },
  { name: 'workflows', path: '/workflows', ready: 'Workflows' },
  { name: 'workflow', path: retried, ready: 'What did it do when?' },
  { name: 'workflow-failed', path: failed, ready: 'What did it do when?' },
  { name: 'workflow-stuck', path: runPath(STUCK.env, STUCK.service, STUCK.execution), ready: 'What did it do when?' },
  { name: 'workflow-long', path: runPath('production', LONG.service, LONG.execution), ready: 'What did it do when?' },
  { name: 'workflow-hostile', path: odd, ready: 'What did it do when?' },
  { name: 'steps', path: `${retried}?tab=steps`, ready: 'Which steps ran, and how?' },
  { name: 'input', path: `${retried}?tab=input`, ready: 'What went in?' },
  { name: 'input-hostile', path: `${odd}?tab=input`, ready: 'What went in?' },
  { name: 'events', path: `${failed}?tab=events`, ready: 'What was told, in order of its own times?' },
  { name: 'runs', path: `${retried}?tab=runs`, ready: '' },
  { name: 'why', path: `${retried}?tab=why`, ready: 'Why is it in this state?' },
  { name: 'compare', path: `${failed}?tab=compare`, ready: 'How do the two differ in all?' },
  { name: 'step', path: `${retried}/steps/${encodeURIComponent(RETRIED.step)}`, ready: 'What came of each attempt?' },
  { name: 'failures', path: '/failures', ready: 'What goes wrong?' },
  { name: 'failures-by-workflow', path: '/failures?by=workflow', ready: '' },
  { name: 'failures-by-step', path: '/failures?by=step', ready: 'Which steps fail?' },
  { name: 'failures-newest', path: '/failures?by=time', ready: 'Which runs failed?' },
  { name: 'active', path: '/active', ready: 'When does what waits go on?' },
  { name: 'metrics', path: '/statistics', ready: '' },
  { name: 'metrics-by-step', path: '/statistics?by=step', ready: '' },
  { name: 'metrics-compare', path: '/statistics?by=compare', ready: 'Which workflows differ?' },
  { name: 'services', path: '/services', ready: 'Services' },
  { name: 'pipeline', path: '/pipeline', ready: 'What is in the queue?' },
  { name: 'rejected', path: '/pipeline?show=quarantine', ready: 'Pipeline' },
  { name: 'connect', path: '/connect', ready: 'Connect a service' },
];
