// Run by a test as a process of its own: a service that fails to start, stops, or hangs, as its argument says.
import { runService } from '../src/service.ts';

const [, , behaviour] = process.argv;

await runService('demo', async ({ logger }) => {
  if (behaviour === 'fails') throw new Error('Port 4000 is taken.');
  if (behaviour === 'throws-later')
    setImmediate(() => process.once('message', () => setImmediate(() => JSON.parse('{'))));
  const timer = setInterval(() => {}, 1_000);
  return {
    url: 'http://127.0.0.1:1',
    stop: async () => {
      clearInterval(timer);
      logger.info('the service has stopped');
    },
  };
});
