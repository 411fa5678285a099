/** `npm run scene`: the product with the scene of the tests in it, to look at, until Ctrl-C. */
import { once } from 'node:events';
import { withOwnStack } from '../harness/own-stack.ts';
import { rejectedEvents, scene } from '../scene/scene.ts';

const now = Date.now();
await withOwnStack({ events: scene(now), rejected: rejectedEvents(now) }, async ({ url, ingestUrl }) => {
  process.stdout.write(`The dashboard: ${url}\nIngest: ${ingestUrl}\nCtrl-C ends both.\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
});
