import { expect, test } from 'vitest';
import { readEnvironment, refuseOpenHost } from './environment.ts';

test('an empty environment gives the documented defaults', () => {
  expect(readEnvironment({ REDIS_URL: '', DATABASE_URL: ' ' })).toEqual({
    ingestPort: 4000,
    apiPort: 4100,
    workerPort: 4200,
    host: '127.0.0.1',
    dataDir: '.data',
    auth: 'on',
    trustedProxies: [],
    corsOrigins: [],
    apiRateLimit: 100,
    webBasePath: '/',
    logLevel: 'info',
  });
});

test('every variable is taken', () => {
  const env = {
    INGEST_PORT: '0',
    API_PORT: '80',
    WORKER_PORT: '65535',
    HOST: '0.0.0.0',
    DATA_DIR: '/srv/wm',
    DATABASE_URL: 'postgres://u:p@db/wm?sslmode=require',
    DATABASE_READ_URL: 'postgresql://replica/wm',
    REDIS_URL: 'rediss://cache:6380/1',
    AUTH: 'on',
    TRUSTED_PROXIES: '10.0.0.7, fd00::/8',
    CORS_ORIGINS: 'https://a.example.com, http://localhost:5173',
    API_RATE_LIMIT: '250',
    WEB_DIR: '/srv/web',
    WEB_BASE_PATH: '/tools/monitor/',
    INGEST_URL: 'https://events.example.com/',
    LOG_LEVEL: 'debug',
  };
  expect(readEnvironment(env)).toEqual({
    ingestPort: 0,
    apiPort: 80,
    workerPort: 65_535,
    host: '0.0.0.0',
    dataDir: '/srv/wm',
    databaseUrl: 'postgres://u:p@db/wm?sslmode=require',
    databaseReadUrl: 'postgresql://replica/wm',
    redisUrl: 'rediss://cache:6380/1',
    auth: 'on',
    trustedProxies: ['10.0.0.7', 'fd00::/8'],
    corsOrigins: ['https://a.example.com', 'http://localhost:5173'],
    apiRateLimit: 250,
    webDir: '/srv/web',
    webBasePath: '/tools/monitor',
    ingestUrl: 'https://events.example.com',
    logLevel: 'debug',
  });
});

test.each([
  ['INGEST_PORT', '70000', 'is no port'],
  ['INGEST_PORT', '4000x', 'is no port'],
  ['API_PORT', '-1', 'is no port'],
  ['DATABASE_URL', 'mysql://secret@db', 'is no address of the kind postgres://host:port'],
  ['REDIS_URL', 'localhost:6379', 'is no address of the kind redis://host:port'],
  ['HOST', 'a b', 'is no host name'],
  ['AUTH', 'no', 'must be on or off'],
  ['TRUSTED_PROXIES', 'proxy', 'must be addresses or networks'],
  ['CORS_ORIGINS', 'https://a.example.com/path', 'must be origins'],
  ['API_RATE_LIMIT', '0', 'must be a number from 1'],
  ['WEB_BASE_PATH', 'dashboards', 'must be a path'],
  ['INGEST_URL', 'events.example.com', 'is no address'],
  ['WEB_BASE_PATH', '//evil.example', 'must be a path'],
  ['WEB_BASE_PATH', '/a/../b', 'must be a path'],
  ['WEB_BASE_PATH', '/"><script>', 'must be a path'],
  ['LOG_LEVEL', 'loud', 'must be one of fatal'],
])('%s=%s is named in one line, without its value', (name, value, reason) => {
  const read = (): unknown => readEnvironment({ [name]: value });
  expect(read).toThrow(`The environment variable ${name} ${reason}`);
  expect(read).not.toThrow(value);
  expect(read).not.toThrow('\n');
});

test('several bad variables are named together', () => {
  expect(() => readEnvironment({ API_PORT: 'x', AUTH: 'x' })).toThrow(/API_PORT.*\n.*AUTH/);
});

test('without keys only loopback is listened on', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1'])
    expect(() => refuseOpenHost('off', host)).not.toThrow();
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'example.org']) {
    expect(() => readEnvironment({ AUTH: 'off', HOST: host })).toThrow(
      `AUTH=off works on loopback only, but HOST is ${host}`,
    );
    expect(() => refuseOpenHost('on', host)).not.toThrow();
  }
});
