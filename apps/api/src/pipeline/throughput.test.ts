import { expect, test } from 'vitest';
import { ThroughputMeter } from './throughput.ts';

test('tells the pace between the oldest and the newest count of two minutes', () => {
  const meter = new ThroughputMeter();
  expect(meter.add({ at: 0, stored: 1_000, unprocessed: 50 })).toBeNull();
  expect(meter.add({ at: 2_000, stored: 1_010, unprocessed: 50 })).toBeNull();
  // 600 more in a minute; 50 fewer wait, so 650 were folded.
  expect(meter.add({ at: 60_000, stored: 1_600, unprocessed: 0 })).toEqual({
    storedPerMinute: 600,
    foldedPerMinute: 650,
    overMs: 60_000,
  });
  // The first two are too old now.
  expect(meter.add({ at: 180_000, stored: 1_600, unprocessed: 0 })).toEqual({
    storedPerMinute: 0,
    foldedPerMinute: 0,
    overMs: 120_000,
  });
});

test('begins anew when the server forgot what it had counted', () => {
  const meter = new ThroughputMeter();
  meter.add({ at: 0, stored: 9_000, unprocessed: 0 });
  expect(meter.add({ at: 60_000, stored: 10, unprocessed: 0 })).toBeNull();
  expect(meter.add({ at: 120_000, stored: 70, unprocessed: 0 })).toMatchObject({ storedPerMinute: 60 });
});
