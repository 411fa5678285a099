import { readFileSync } from 'node:fs';
import path from 'node:path';
import { INGEST_NODE_FLAGS } from '@wm/runtime';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

it('docker compose starts ingest with the flags that bound its memory', () => {
  const file = path.resolve(import.meta.dirname, '../../../docker-compose.yml');
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as {
    services: { ingest: { command: string[] } };
  };
  expect(services.ingest.command).toEqual(['node', ...INGEST_NODE_FLAGS, 'apps/ingest/dist/main.js']);
});
