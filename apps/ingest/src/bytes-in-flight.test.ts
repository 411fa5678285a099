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

it('lets what needs more than there is wait until it is alone, with what it holds already', async () => {
  const all = new BytesInFlight(100, 60_000);
  const [other, large] = [new Room(all), new Room(all)];
  await other.growTo(30);
  await large.growTo(40);
  let isAlone = false;
  const growing = large.growTo(500).then((granted) => (isAlone = granted));
  other.shrinkTo(10);
  await Promise.resolve();
  expect([isAlone, all.used]).toEqual([false, 50]);
  other.giveBack();
  expect(await growing).toBe(true);
  expect([all.used, large.holds(500)]).toEqual([100, true]);
});

it('gives back what a request needs no longer, to those who wait', async () => {
  const all = new BytesInFlight(100, 60_000);
  const [first, second] = [new Room(all), new Room(all)];
  await first.growTo(90);
  const waiting = second.growTo(50);
  first.shrinkTo(95);
  expect(all.used).toBe(90);
  first.shrinkTo(20);
  expect(await waiting).toBe(true);
  expect(all.used).toBe(70);
});

it('keeps room for small requests beside large ones, and lets a large one in beside small ones', async () => {
  const KB = 1024;
  const all = new BytesInFlight(4_000 * KB, 60_000);
  const [first, second, small, another] = [new Room(all), new Room(all), new Room(all), new Room(all)];
  expect(await first.growTo(2_900 * KB)).toBe(true);
  let isIn = false;
  const waiting = second.growTo(20_000 * KB).then((granted) => (isIn = granted));
  for (const room of [small, another]) expect(await room.growTo(200 * KB)).toBe(true);
  expect(isIn).toBe(false);
  first.giveBack();
  expect(await waiting).toBe(true);
  expect(all.used).toBe((3_000 + 400) * KB);
  for (const room of [second, small, another]) room.giveBack();
  expect(all.used).toBe(0);
});

it('counts a request that grows with the large ones from then on', async () => {
  const KB = 1024;
  const all = new BytesInFlight(4_000 * KB, 20);
  const [growing, large] = [new Room(all), new Room(all)];
  await growing.growTo(100 * KB);
  await growing.growTo(1_000 * KB);
  expect(await large.growTo(2_001 * KB)).toBe(false);
  expect(await large.growTo(2_000 * KB)).toBe(true);
  growing.giveBack();
  large.giveBack();
  expect(all.used).toBe(0);
});
