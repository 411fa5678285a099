import { gunzipSync, inflateSync } from 'node:zlib';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { expect, test } from 'vitest';
import { compressJson } from './compress-json.ts';

const rows = { rows: Array.from({ length: 200 }, (_, nth) => ({ name: `row-${nth}`, note: 'Übergröße' })) };
const lines = Array.from({ length: 200 }, (_, nth) => `{"row":${nth}}\n`).join('');
const app = new Hono();
app.use(compress());
app.use(compressJson());
app.get('/rows', (c) => c.json(rows));
app.get('/problem', (c) =>
  c.body(JSON.stringify(rows), 400, { 'content-type': 'application/problem+json', vary: 'Origin' }),
);
app.get('/small', (c) => c.json({ ok: true }));
app.get('/lines', (c) => c.body(lines, 200, { 'content-type': 'text/csv' }));

const ask = (path: string, acceptEncoding?: string) =>
  app.request(path, { headers: acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding } });
const encodingOf = ({ headers }: Response) => [headers.get('content-encoding'), headers.get('vary')];

test('JSON goes in one piece that tells its length', async () => {
  const answer = await ask('/rows', 'gzip');
  expect(encodingOf(answer)).toEqual(['gzip', 'Accept-Encoding']);
  const bytes = await answer.arrayBuffer();
  expect(answer.headers.get('content-length')).toBe(String(bytes.byteLength));
  expect(JSON.parse(gunzipSync(bytes).toString())).toEqual(rows);
});

test('status and headers stay', async () => {
  const answer = await ask('/problem', 'gzip');
  expect([answer.status, ...encodingOf(answer)]).toEqual([400, 'gzip', 'Origin, Accept-Encoding']);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(JSON.parse(gunzipSync(await answer.arrayBuffer()).toString())).toEqual(rows);
});

test('what is small is sent as it is', async () => {
  const answer = await ask('/small', 'gzip');
  expect(encodingOf(answer)).toEqual([null, 'Accept-Encoding']);
  expect(await answer.json()).toEqual({ ok: true });
});

test('whoever takes no gzip gets what hono makes of it', async () => {
  const deflated = await ask('/rows', 'deflate');
  expect(encodingOf(deflated)).toEqual(['deflate', 'Accept-Encoding']);
  expect(JSON.parse(inflateSync(await deflated.arrayBuffer()).toString())).toEqual(rows);
  const plain = await ask('/rows');
  expect(encodingOf(plain)).toEqual([null, 'Accept-Encoding']);
  expect(await plain.json()).toEqual(rows);
});

test('what is not JSON is left to be streamed', async () => {
  const answer = await ask('/lines', 'gzip');
  expect([answer.headers.get('content-encoding'), answer.headers.get('content-length')]).toEqual(['gzip', null]);
  expect(gunzipSync(await answer.arrayBuffer()).toString()).toBe(lines);
});
