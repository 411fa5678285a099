/** One run: clients follow, events come in, some connections are cut; then everybody must know what the database holds. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createRandom, type Random } from '@wm/simulator';
import { eventCount } from '../measurement.ts';
import { watchMemory, type Memory } from '../mem/resident-memory.ts';
import { arrivalTimes } from '../pipeline/arrivals.ts';
import { drained, expectProjected, startPipeline, type Pipeline } from '../pipeline/pipeline.ts';
import { postAll, postOnTime, prepare } from '../pipeline/post.ts';
import { timed } from '../pipeline/processor-time.ts';
import { builtProgram, startServiceProcess, type ServiceProcess } from '../pipeline/service-process.ts';
import { createWorkload } from '../workload.ts';
import type { ComparedOutcome, FollowerOrder, FollowersAnswer, FollowersOrder } from './followers.main.ts';
import { MARKS, sendMarks } from './marks.ts';
import { questionsFor, readRuns, type Question } from './questions.ts';

export interface StreamOptions {
  /** An empty database. */
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly postgresPid: number;
  readonly clients: number;
  /** Events per second that come in. */
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface StreamRun {
  /** Events that came in, and how long that took. */
  readonly events: number;
  readonly seconds: number;
  /** When each tick of each mark was acknowledged, by nowMs. */
  readonly acknowledged: readonly (readonly number[])[];
  readonly clients: readonly {
    readonly question: Question;
    readonly order: FollowerOrder;
    readonly outcome: ComparedOutcome;
  }[];
  /** Why connections were refused. */
  readonly refused: readonly string[];
  /** Runs that are in the database in the end. */
  readonly runs: number;
  readonly memory: Memory;
  /** Cores that each was busy on. `client` sends the events. */
  readonly cores: Readonly<Record<'api' | 'ingest' | 'worker' | 'postgres' | 'followers' | 'client', number>>;
}

/** One client in so many is cut off once; one in so many more does not read. */
const CUT_EVERY = 10;
const SLEEPS_EVERY = 50;
const MOST_AWAY_MS = 3_000;

/** @throws where an event is missing or was refused: then nothing was measured */
export async function runStream(options: StreamOptions): Promise<StreamRun> {
  const { databaseUrl, redisUrl } = options;
  const pipeline = await startPipeline({ databaseUrl, redisUrl, workers: 1 });
  try {
    const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl ?? '' };
    const api = await startServiceProcess('api', env, builtProgram('api'));
    try {
      return await follow(pipeline, api, options);
    } finally {
      await api.stop();
    }
  } finally {
    await pipeline.stop();
  }
}

async function follow(pipeline: Pipeline, api: ServiceProcess, options: StreamOptions): Promise<StreamRun> {
  const { rate, seconds, seed, say } = options;
  const { sql, ingestUrl } = pipeline;
  const workload = createWorkload(seed, rate * seconds);
  const requests = prepare(workload.measured);
  const events = eventCount(workload.measured);
  await postAll(ingestUrl, prepare(workload.warmUp));
  await drained(sql);

  const random = createRandom('followers', seed);
  const questions = questionsFor(options.clients, workload.measuredFrom);
  const clients = questions.map((question, index) => ({ question, order: orderOf(question, index, seconds, random) }));
  say(`Opening ${clients.length} connections …`);
  const ofMemory = watchMemory({ api: { pid: api.pid } });
  const followers = startFollowers();
  try {
    const { refused } = await followers.open(
      api.url,
      seconds,
      clients.map(({ order }) => order),
    );
    say(`${rate} events/s for ${seconds} s …`);
    followers.begin();
    const due = arrivalTimes(random, requests.length, (rate * requests.length) / events);
    const pids = { ...pidsOf(pipeline, options), api: [api.pid], followers: [followers.pid] };
    let acknowledged: number[][] = [];
    const { seconds: took, processor } = await timed(pids, async () => {
      [acknowledged] = await Promise.all([sendMarks(ingestUrl, seconds), postOnTime(ingestUrl, requests, due)]);
      await drained(sql);
    });
    say('Comparing what each client knows with the database …');
    const runs = await readRuns(sql, workload.measuredFrom);
    const byQuery = new Map(questions.map((question) => [question.query, question]));
    const expected = new Map(
      [...byQuery].map(([query, { shows }]) => [
        query,
        new Map(runs.filter(shows).map(({ id, state }) => [id, state])),
      ]),
    );
    const outcomes = await followers.compare(expected);
    const { api: memory } = ofMemory();
    await expectProjected(sql, eventCount(workload.warmUp) + events + MARKS.length * seconds * 2);
    const cores = Object.entries(processor).map(([name, used]) => [name, used / took]);
    return {
      events,
      seconds: took,
      acknowledged,
      clients: clients.map((client, index) => ({ ...client, outcome: outcomes[index]! })),
      refused,
      runs: runs.length,
      memory,
      cores: Object.fromEntries(cores) as StreamRun['cores'],
    };
  } finally {
    followers.stop();
  }
}

function pidsOf({ ingestPid, workerPids }: Pipeline, { postgresPid }: StreamOptions) {
  return { ingest: [ingestPid], worker: workerPids, postgres: [postgresPid] };
}

/** Cuts come in the middle of the run, so that there is something to miss and something to come back to. */
function orderOf({ query }: Question, index: number, seconds: number, random: Random): FollowerOrder {
  const isCut = index % CUT_EVERY === 0;
  const cutAtMs = Math.round((0.2 + 0.5 * random.next()) * seconds * 1_000);
  const awayMs = Math.round(random.next() * Math.min(MOST_AWAY_MS, seconds * 200));
  return { query, cutAtMs: isCut ? cutAtMs : null, awayMs, sleeps: index % SLEEPS_EVERY === 1 };
}

function startFollowers() {
  const child = fork(fileURLToPath(new URL('./followers.main.ts', import.meta.url)), { serialization: 'advanced' });
  const order = (what: FollowersOrder): boolean => child.send(what);
  return {
    pid: child.pid!,
    open: async (apiUrl: string, ticks: number, clients: readonly FollowerOrder[]) => {
      order({ type: 'open', apiUrl, ticks, clients });
      return answerOf(child, 'opened');
    },
    begin: () => order({ type: 'begin' }),
    compare: async (expected: ReadonlyMap<string, ReadonlyMap<string, string>>) => {
      order({ type: 'compare', expected });
      return (await answerOf(child, 'compared')).outcomes;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

async function answerOf<Type extends FollowersAnswer['type']>(child: ChildProcess, type: Type) {
  const ended = new AbortController();
  const exit = (code: number | null): void =>
    ended.abort(new Error(`The process of the clients ended early, with exit code ${code}. Nothing was measured.`));
  child.once('exit', exit);
  try {
    const [answer] = (await once(child, 'message', { signal: ended.signal })) as [FollowersAnswer];
    if (answer.type !== type) throw new Error(`The clients answered ${answer.type} where ${type} was expected.`);
    return answer as Extract<FollowersAnswer, { type: Type }>;
  } finally {
    child.off('exit', exit);
  }
}
