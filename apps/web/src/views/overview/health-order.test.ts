import { expect, test } from 'vitest';
import type { Health, Service } from '@wm/client';
import { byHealth } from './health-order.ts';

function service(serviceKey: string, ...states: Health['state'][]): Service {
  return { serviceKey, environments: states.map((state) => ({ health: { state, reason: '' } })) } as Service;
}

test('A service stands where its worst environment puts it', () => {
  const sorted = [
    service('quiet', 'quiet'),
    service('fine', 'healthy', 'quiet'),
    service('bad', 'healthy', 'failing'),
    service('also-bad', 'failing'),
    service('worse', 'worse', 'healthy'),
  ].toSorted(byHealth);
  expect(sorted.map(({ serviceKey }) => serviceKey)).toEqual(['also-bad', 'bad', 'worse', 'fine', 'quiet']);
});
