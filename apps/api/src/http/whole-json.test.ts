import { gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { wholeJson } from './whole-json.ts';

const large = { steps: Array.from({ length: 200 }, (_, nth) => ({ stepName: `step-${nth}`, note: 'Übergröße' })) };
const app = new Hono();
app.get('/large', (c) => wholeJson(c, large));
app.get('/small', (c) => wholeJson(c, { ok: true }));

const ask = (path: string, acceptEncoding?: string) =>
  app.request(path, { headers: acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding } });

test.each(['gzip', 'gzip, deflate, br', 'br;q=1, GZIP;q=0.5'])('is compressed for %s', async (accepted) => {
  const answer = await ask('/large', accepted);
  expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual(['gzip', 'Accept-Encoding']);
  expect(JSON.parse(gunzipSync(await answer.arrayBuffer()).toString())).toEqual(large);
});

test.each([undefined, 'br', 'gzip;q=0', 'deflate, gzip; q=0.0, br'])('is as it is for %s', async (accepted) => {
  const answer = await ask('/large', accepted);
  expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual([null, 'Accept-Encoding']);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(await answer.json()).toEqual(large);
});

test('what fits in a packet is not compressed', async () => {
  expect((await ask('/small', 'gzip')).headers.get('content-encoding')).toBeNull();
});
