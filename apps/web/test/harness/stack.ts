/** The whole product as built, on a database of its own: ingest, worker, api with the dashboard. */
import { createKey, createSql, type KeyScope } from '@wm/store';
import { startServiceProcess, waitFor, type ServiceProcess } from '@wm/testkit';

export interface StackOptions {
  /** Migrated, empty. */
  readonly databaseUrl: string;
  /** Posted and folded before the api starts. */
  readonly events?: readonly object[];
  /** Posted as well; each is refused. */
  readonly rejected?: readonly object[];
  /** Of the api. Ingest asks for no key. */
  readonly auth?: 'on' | 'off';
  /** Of the api, such as /monitor. */
  readonly basePath?: string;
}

export interface Stack {
  /** Of the dashboard, without a slash at the end. */
  readonly url: string;
  readonly ingestUrl: string;
  /** Posts events like a client; resolves when they are committed, not yet folded. */
  post(events: readonly object[]): Promise<void>;
  /** Ends the api, as when the connection to it is lost; resolves when it is gone. */
  stopApi(): Promise<void>;
  /** Starts it again at the same address. */
  startApi(): Promise<void>;
  createKey(scope: KeyScope, limits?: { env?: string }): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it, and posts what it is to show. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { databaseUrl, events = [], rejected = [], auth = 'off', basePath = '/' } = options;
  const common = { DATABASE_URL: databaseUrl, REDIS_URL: '' };
  const [ingest, worker] = await Promise.all([
    startServiceProcess('ingest', common, { built: true }),
    startServiceProcess('worker', common, { built: true }),
  ]);
  const post = (some: readonly object[]): Promise<void> => postEvents(ingest.url, some);
  await post(events);
  await postRejected(ingest.url, rejected);
  await folded(databaseUrl);
  // After the scene: it reads once a minute what is usual, and by that it tells what is stuck.
  const startApi = (port: string): Promise<ServiceProcess> =>
    startServiceProcess(
      'api',
      {
        ...common,
        AUTH: auth,
        WEB_BASE_PATH: basePath,
        INGEST_URL: ingest.url,
        API_RATE_LIMIT: '1000',
        API_PORT: port,
      },
      { built: true },
    );
  let api = await startApi('0');
  const { port, origin } = new URL(api.url);
  return {
    url: `${origin}${basePath === '/' ? '' : basePath}`,
    ingestUrl: ingest.url,
    post,
    stopApi: () => api.kill(),
    async startApi() {
      api = await startApi(port);
    },
    createKey: (scope, limits = {}) =>
      withSql(databaseUrl, async (sql) => {
        const { token } = await createKey(sql, { name: `${scope} of a test`, scope, ...limits });
        return token;
      }),
    async stop() {
      await Promise.all([api, ingest, worker].map((process) => process.stop()));
    },
  };
}

/** Events of a request: some workflows at once, far below the limit of a body. */
const AT_ONCE = 1_000;

async function postEvents(ingestUrl: string, events: readonly object[]): Promise<void> {
  for (let from = 0; from < events.length; from += AT_ONCE) {
    const part = events.slice(from, from + AT_ONCE);
    const answer = await send(ingestUrl, part);
    if (answer.accepted !== part.length) throw new Error(`Not all of ${part.length} events: ${JSON.stringify(answer)}`);
  }
}

async function postRejected(ingestUrl: string, events: readonly object[]): Promise<void> {
  // One by one, so that their order of arrival is known.
  for (const event of events) {
    const answer = await send(ingestUrl, [event]);
    if (answer.quarantined.length !== 1) throw new Error(`It was to be refused: ${JSON.stringify(event)}`);
  }
}

interface Accepted {
  accepted: number;
  quarantined: unknown[];
}

async function send(ingestUrl: string, events: readonly object[]): Promise<Accepted> {
  const response = await fetch(`${ingestUrl}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  if (response.status !== 202) throw new Error(`Ingest answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Accepted;
}

/** The work list loses an event in the transaction that commits its projection. */
function folded(databaseUrl: string): Promise<unknown> {
  return withSql(databaseUrl, (sql) =>
    waitFor(
      'the events to be folded',
      async () => {
        const [row] = await sql<[{ pending: boolean }]>`SELECT EXISTS (SELECT FROM pending_events) AS pending`;
        return !row.pending;
      },
      120_000,
    ),
  );
}

async function withSql<T>(url: string, work: (sql: ReturnType<typeof createSql>) => Promise<T>): Promise<T> {
  const sql = createSql(url, { applicationName: 'web-test', max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
