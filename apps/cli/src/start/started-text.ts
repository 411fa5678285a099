import { firstRequest } from './first-request.ts';
import type { Addresses } from './supervisor.ts';

/** What a person reads when everything is ready: where things are, and what to try next. */
export function startedText(options: {
  addresses: Addresses;
  embedded: boolean;
  auth: 'on' | 'off';
  seconds: number;
}): string {
  const { ingest, api, dataDir, redisUrl } = options.addresses;
  const withKeys = options.auth === 'on';
  const { post, read } = firstRequest(ingest, api, withKeys);
  const lines = [
    '',
    `workflow-monitor is ready after ${options.seconds.toFixed(1)} s.`,
    '',
    `  Dashboard  ${api}/`,
    `  Ingest     ${ingest}/v1/events`,
    `  API        ${api}/v1/workflows`,
    `  Database   ${options.embedded ? `embedded PostgreSQL, its data in ${dataDir}` : 'the PostgreSQL of DATABASE_URL'}`,
    `  Queue      ${redisUrl === null ? 'in PostgreSQL (set REDIS_URL to use Redis)' : 'the Redis of REDIS_URL'}`,
    `  Logs       ${dataDir}/logs`,
    `  Keys       ${withKeys ? 'needed: npm run wm -- keys create --help' : 'not needed on this machine (AUTH=off)'}`,
    '',
    'Send a first workflow:',
    '',
    post,
    '',
    'Read its state:',
    '',
    read,
    '',
    'Send simulated traffic, from another terminal:',
    '',
    'npm run simulate -- --rate 200 --workflows 1000 --seed 7',
    '',
    'Ctrl-C stops everything in order. The data stays for the next start.',
    '',
  ];
  return lines.join('\n');
}
