import { parseArgs } from 'node:util';
import type { Pipeline } from '@wm/client';
import { inLine } from '../printable.ts';
import { API_OPTIONS, withApi } from '../reading/find-api.ts';
import { table, terminalWidth, type Column } from '../reading/table.ts';
import { distance, length, shortInstant } from '../reading/words.ts';

type Service = Pipeline['services'][number];

/** `wm queue`: whether events flow. Resolves to the exit code. */
export async function queueCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: API_OPTIONS });
  const pipeline = await withApi(values, (client) => client.ask('GET /v1/pipeline'));
  process.stdout.write(values.json ? `${JSON.stringify(pipeline)}\n` : pipelineText(pipeline));
  return 0;
}

function pipelineText(pipeline: Pipeline): string {
  const { asOf, services } = pipeline;
  const lines: [string, string][] = [
    ['queue', queueText(pipeline)],
    ['waiting', waitingText(pipeline.unprocessed, pipeline.oldestUnprocessedAgeMs)],
    ...pipeline.byEnvironment.map(({ env, unprocessed, oldestUnprocessedAgeMs }): [string, string] => [
      `  ${env}`,
      waitingText(unprocessed, oldestUnprocessedAgeMs),
    ]),
    ['quarantine', quarantineText(pipeline)],
    ['refused', `${pipeline.poisoned} stored events that no state could take in`],
  ];
  if (pipeline.swept !== null) lines.push(['swept', `${pipeline.swept} events that the sweeper had to save, ever`]);
  if (pipeline.verify !== null) lines.push(['verify', verifyText(pipeline.verify, asOf)]);
  lines.push(['as of', asOf]);
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  const head = lines
    .map(([name, value]) => `${inLine(name.trimStart()).padStart(name.length).padEnd(width)}${inLine(value)}\n`)
    .join('');
  return services.length === 0 ? head : `${head}\n${table(services, serviceColumns(asOf), terminalWidth())}`;
}

function queueText({ queue }: Pipeline): string {
  if (queue === null) return 'is for keys that reach everything';
  if (!queue.reachable || queue.counts === null) return `${queue.backend}, does not answer; the sweeper finds the work`;
  const { waiting, active, delayed, failed } = queue.counts;
  return `${queue.backend}: ${waiting} waiting, ${active} active, ${delayed} delayed, ${failed} failed wake-ups`;
}

function waitingText(events: number, oldestMs: number | null): string {
  return events === 0 || oldestMs === null ? 'nothing' : `${events} events, the oldest for ${length(oldestMs)}`;
}

function quarantineText({ quarantined, quarantineRoom }: Pipeline): string {
  const room = quarantineRoom?.full === true ? '; full: of further texts only the beginning is kept' : '';
  return `${quarantined} events wait for someone to look${room}`;
}

function verifyText({ roundAt, nextAt }: NonNullable<Pipeline['verify']>, now: string): string {
  return `${roundAt === null ? 'no round is done yet' : `all were checked ${distance(roundAt, now)}`}; the next ${distance(nextAt, now)}`;
}

function serviceColumns(now: string): readonly Column<Service>[] {
  return [
    { head: 'ENV/SERVICE', cell: ({ env, serviceKey }) => `${env}/${serviceKey}` },
    { head: 'LAST ARRIVAL', cell: ({ lastArrivalAt }) => distance(lastArrivalAt, now), right: true },
    { head: 'LAST EVENT', cell: ({ lastEventAt }) => shortInstant(lastEventAt) },
    { head: 'DELAY', cell: ({ lastDelayMs }) => (lastDelayMs === null ? '' : length(lastDelayMs)), right: true },
    { head: 'WAITING', cell: ({ pendingEvents }) => String(pendingEvents), right: true },
    { head: 'LAG', cell: ({ lagMs }) => (lagMs === 0 ? '' : length(lagMs)), right: true },
  ];
}
