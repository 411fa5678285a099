import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeFlags } from '@wm/runtime';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

it.each(['ingest', 'worker', 'api'] as const)('docker compose starts %s with the flags for its memory', (service) => {
  const file = path.resolve(import.meta.dirname, '../../../docker-compose.yml');
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as {
    services: Record<typeof service, { command: string[] }>;
  };
  expect(services[service].command).toEqual(['node', ...nodeFlags(service), `apps/${service}/dist/main.js`]);
});
