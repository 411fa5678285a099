import { expect, it } from 'vitest';
import { BytesInFlight, Room } from './bytes-in-flight.ts';

it('lets requests in until it is full, then in order as room comes free', async () => {
  const all = new BytesInFlight(100, 60_000);
  const [first, second, third, fourth] = [new Room(all), new Room(all), new Room(all), new Room(all)];
  expect(await first.growTo(60)).toBe(true);
  const admitted: string[] = [];
  const large = second.growTo(80).then((granted) => (admitted.push('second'), granted));
  const small = third.growTo(10).then((granted) => (admitted.push('third'), granted));
  const last = fourth.growTo(10).then((granted) => (admitted.push('fourth'), granted));
  expect(all.used).toBe(60);
  first.giveBack();
  expect(await Promise.all([large, small, last])).toEqual([true, true, true]);
  expect(admitted).toEqual(['second', 'third', 'fourth']);
  expect(all.used).toBe(100);
});

it('refuses what waits too long, and lets in what stood behind it', async () => {
  const all = new BytesInFlight(100, 20);
  const first = new Room(all);
  await first.growTo(50);
  const tooMuch = new Room(all).growTo(60);
  const fits = new Room(all).growTo(50);
  expect(await tooMuch).toBe(false);
  expect(await fits).toBe(true);
  expect(all.used).toBe(100);
});

it('lets one request in that is larger than everything, alone', async () => {
  const all = new BytesInFlight(100, 20);
  const large = new Room(all);
  expect(await large.growTo(500)).toBe(true);
  expect(await new Room(all).growTo(1)).toBe(false);
  large.giveBack();
  large.giveBack();
  expect(all.used).toBe(0);
});

it('takes only what a request does not hold already', async () => {
  const all = new BytesInFlight(100, 20);
  const room = new Room(all);
  for (const bytes of [10, 5, 30, 30]) await room.growTo(bytes);
  expect(all.used).toBe(30);
  expect([room.holds(30), room.holds(31)]).toEqual([true, false]);
});
