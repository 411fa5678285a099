/**
 * `npm run bench:smoke`: events per second from HTTP to the committed projection, beside the loop of the schema
 * document, in one run on one PostgreSQL. Options: --events, --repeats, --workers, --seed, --json.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import type { Sql } from 'postgres';
import { runDocumentLoop } from './document-loop/document-loop.ts';
import { describeMachine } from './machine.ts';
import { eventCount, spreadOf } from './measurement.ts';
import type { Measurement } from './measurement.ts';
import { runPipeline } from './pipeline/pipeline.ts';
import type { PipelineMeasurement } from './pipeline/pipeline.ts';
import { startPostgres } from './pipeline/postgres.ts';
import { startRedis } from './pipeline/redis.ts';
import { reportText } from './report.ts';
import type { Report } from './report.ts';
import { createWorkload } from './workload.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    repeats: { type: 'string', default: '3' },
    workers: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

const loadBefore = os.loadavg()[0]!;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const rate = ({ events, seconds }: Measurement): number => events / seconds;

/** A database of its own for each run: tables and indexes begin empty every time. */
async function inNewDatabase<T>(admin: Sql, name: string, run: (url: string) => Promise<T>): Promise<T> {
  await admin`CREATE DATABASE ${admin(name)}`;
  try {
    const { host, port, user, pass } = admin.options;
    return await run(`postgres://${user}:${String(pass)}@${host[0]}:${port[0]}/${name}`);
  } finally {
    await admin`DROP DATABASE ${admin(name)} WITH (FORCE)`;
  }
}

async function measure(admin: Sql, redisUrl: string | null): Promise<Report> {
  const workload = createWorkload(Number(values.seed), Number(values.events));
  const documentRuns: Measurement[] = [];
  const pipelineRuns: PipelineMeasurement[] = [];
  for (let round = 1; round <= Number(values.repeats); round += 1) {
    const ofDocument = await inNewDatabase(admin, `document_${round}`, (url) => runDocumentLoop(url, workload));
    say(`  round ${round}: the document's loop ${rate(ofDocument).toFixed(0)} events/s`);
    documentRuns.push(ofDocument);
    const workers = Number(values.workers);
    const ofPipeline = await inNewDatabase(admin, `pipeline_${round}`, (databaseUrl) =>
      runPipeline(workload, { databaseUrl, redisUrl, workers }),
    );
    say(`  round ${round}: the pipeline ${rate(ofPipeline).toFixed(0)} events/s`);
    pipelineRuns.push(ofPipeline);
  }
  const pipeline = spreadOf(pipelineRuns.map(rate));
  const documentLoop = spreadOf(documentRuns.map(rate));
  return {
    machine: await describeMachine(admin, loadBefore),
    queue: redisUrl === null ? 'postgres' : 'redis',
    workers: Number(values.workers),
    repeats: Number(values.repeats),
    requests: workload.measured.length,
    events: eventCount(workload.measured),
    pipeline,
    documentLoop,
    ratio: pipeline.median / documentLoop.median,
    lagMs: spreadOf(pipelineRuns.map((run) => run.lagMs)),
    ackP50Ms: spreadOf(pipelineRuns.map((run) => run.ackMs.p50)),
    ackP99Ms: spreadOf(pipelineRuns.map((run) => run.ackMs.p99)),
  };
}

say('Starting PostgreSQL for the benchmark …');
const server = await startPostgres();
const redis = await startRedis();
const admin = postgres(server.url, { max: 1, onnotice: () => {} });
try {
  const report = await measure(admin, redis?.url ?? null);
  process.stdout.write(reportText(report));
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
} finally {
  await admin.end({ timeout: 5 });
  await redis?.stop();
  await server.stop();
}
