import { z } from 'zod';
import { clientAddress } from './client-address.ts';

export interface Environment {
  /** INGEST_PORT; 0 picks a free one, as with every port. */
  ingestPort: number;
  /** API_PORT; serves the web app too. */
  apiPort: number;
  /** WORKER_PORT: health and metrics of a worker. */
  workerPort: number;
  /** HOST: the address to listen on. */
  host: string;
  /** DATA_DIR: where embedded services keep their data. */
  dataDir: string;
  /** DATABASE_URL */
  databaseUrl?: string;
  /** DATABASE_READ_URL: a replica for the api's reads. */
  databaseReadUrl?: string;
  /** REDIS_URL; absent: the queue lives in PostgreSQL. */
  redisUrl?: string;
  /** AUTH: off lets everybody in, and only on loopback. */
  auth: 'on' | 'off';
  /** TRUSTED_PROXIES: addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, with commas between them. */
  trustedProxies: readonly string[];
  /** CORS_ORIGINS: origins of pages of other sites that may read the api, with commas between them; none where absent. */
  corsOrigins: readonly string[];
  /** API_RATE_LIMIT: requests a second that the api takes from one key, on average over ten seconds. */
  apiRateLimit: number;
  /** WEB_DIR: the built dashboard; absent: that of apps/web. */
  webDir?: string;
  /** WEB_BASE_PATH: where browsers find the api and the dashboard behind a proxy: `/`, or a path such as `/monitor`. */
  webBasePath: string;
  /** INGEST_URL: where trackers post to, as they know it: the dashboard shows it; absent: it says what to put there. */
  ingestUrl?: string;
  /** LOG_LEVEL */
  logLevel: string;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const port = (fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'is no port: give a number from 0 to 65535')
    .transform(Number);

const address = (protocols: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `is no address of the kind ${protocols[0]}//host:port`,
    );

const postgresAddress = address(['postgres:', 'postgresql:']).optional();

const variables = z.object({
  INGEST_PORT: port(4000),
  API_PORT: port(4100),
  WORKER_PORT: port(4200),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'is no host name or address')
    .default('127.0.0.1'),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: postgresAddress,
  DATABASE_READ_URL: postgresAddress,
  REDIS_URL: address(['redis:', 'rediss:']).optional(),
  AUTH: z.enum(['on', 'off'], 'must be on or off').default('on'),
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(/[,\s]+/).filter((proxy) => proxy !== ''))
    .refine(isProxyList, 'must be addresses or networks, such as 10.0.0.7,10.1.0.0/16'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(/[,\s]+/).filter((origin) => origin !== ''))
    .refine(
      (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
      'must be origins, such as https://monitor.example.com',
    ),
  API_RATE_LIMIT: z
    .string()
    .default('100')
    .refine((text) => /^[1-9]\d{0,5}$/.test(text), 'must be a number from 1 to 999999')
    .transform(Number),
  WEB_DIR: z.string().optional(),
  WEB_BASE_PATH: z
    .string()
    .default('/')
    .transform((text) => text.replace(/\/$/, '') || '/')
    .refine((text) => text === '/' || /^(\/[\w~-][\w.~-]*)+$/.test(text), 'must be a path such as /monitor'),
  INGEST_URL: address(['https:', 'http:'])
    .transform((text) => text.replace(/\/$/, ''))
    .optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

/**
 * What the environment asks for, the rest by default. An empty variable counts as absent.
 *
 * @throws an Error with one line per bad variable. Values are not repeated: addresses hold passwords.
 */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues
        .map((issue) => `The environment variable ${issue.path.join('.')} ${issue.message}. Nothing was started.`)
        .join('\n'),
    );
  }
  const { data } = parsed;
  refuseOpenHost(data.AUTH, data.HOST);
  return {
    ingestPort: data.INGEST_PORT,
    apiPort: data.API_PORT,
    workerPort: data.WORKER_PORT,
    host: data.HOST,
    dataDir: data.DATA_DIR,
    ...(data.DATABASE_URL === undefined ? {} : { databaseUrl: data.DATABASE_URL }),
    ...(data.DATABASE_READ_URL === undefined ? {} : { databaseReadUrl: data.DATABASE_READ_URL }),
    ...(data.REDIS_URL === undefined ? {} : { redisUrl: data.REDIS_URL }),
    auth: data.AUTH,
    trustedProxies: data.TRUSTED_PROXIES,
    corsOrigins: data.CORS_ORIGINS,
    apiRateLimit: data.API_RATE_LIMIT,
    ...(data.WEB_DIR === undefined ? {} : { webDir: data.WEB_DIR }),
    webBasePath: data.WEB_BASE_PATH,
    ...(data.INGEST_URL === undefined ? {} : { ingestUrl: data.INGEST_URL }),
    logLevel: data.LOG_LEVEL,
  };
}

function isProxyList(proxies: readonly string[]): boolean {
  try {
    clientAddress(proxies);
    return true;
  } catch {
    return false;
  }
}

/** Whether only this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Without keys a service answers everybody who reaches it, so it may listen on this machine's own address only.
 *
 * @throws one clear line where auth is off and the host is not loopback
 */
export function refuseOpenHost(auth: 'on' | 'off', host: string): void {
  if (auth === 'on' || isLoopback(host)) return;
  throw new Error(
    `AUTH=off works on loopback only, but HOST is ${host}: anybody who reaches that address could read and write. ` +
      'Nothing was started. Leave AUTH on and make keys with `wm keys create`, or set HOST to 127.0.0.1.',
  );
}
