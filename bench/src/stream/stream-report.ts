/** What a run of the stream showed, and which promises it broke. */
import { describedMachine, type Machine } from '../machine.ts';
import { quantile } from '../measurement.ts';
import type { Memory } from '../mem/resident-memory.ts';
import { textTable } from '../text-table.ts';
import type { StreamRun } from './run-stream.ts';

interface Delays {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly changes: number;
}

interface QuestionFigures extends Delays {
  readonly name: string;
  readonly clients: number;
  readonly messages: number;
  readonly megabytes: number;
}

export interface StreamReport {
  readonly machine: Machine;
  readonly clients: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly runs: number;
  /** From the answer to the post of a change until a client has read it; of all clients that read. */
  readonly delays: Delays;
  /** The same of clients that were cut off, counted from when they came back where that was later. */
  readonly delaysOfCut: Delays;
  readonly questions: readonly QuestionFigures[];
  readonly cut: number;
  /** Of these, told everything that came meanwhile; the others were told to ask for the list. */
  readonly resumed: number;
  readonly asleep: number;
  /** Messages that there is more than is told, by reason. */
  readonly many: Readonly<Record<string, number>>;
  readonly memory: Memory;
  readonly cores: StreamRun['cores'];
  /** Promises that were broken; empty: none. */
  readonly faults: readonly string[];
}

export interface Bounds {
  readonly delayMs: number;
  readonly memoryMb: number;
}

type Client = StreamRun['clients'][number];

export function reportOf(run: StreamRun, machine: Machine, bounds: Bounds): StreamReport {
  const { clients, acknowledged, memory } = run;
  const reading = clients.filter(({ order }) => !order.sleeps);
  const cut = clients.filter(({ outcome }) => outcome.away !== null);
  const delaysOf = (some: readonly Client[]): number[] =>
    some.flatMap((client) => clientDelays(client, acknowledged, bounds));
  const delays = figuresOf(delaysOf(reading));
  const names = [...new Set(clients.map(({ question }) => question.name))];
  const questions = names.map((name) => {
    const some = clients.filter(({ question }) => question.name === name);
    const sum = (value: (client: Client) => number): number => some.reduce((total, client) => total + value(client), 0);
    return {
      name,
      clients: some.length,
      ...figuresOf(delaysOf(some.filter((client) => reading.includes(client)))),
      messages: sum(({ outcome }) => outcome.messages),
      megabytes: sum(({ outcome }) => outcome.bytes) / 2 ** 20,
    };
  });
  const many: Record<string, number> = {};
  for (const { outcome } of clients)
    for (const [reason, count] of Object.entries(outcome.many)) many[reason] = (many[reason] ?? 0) + count;
  return {
    machine,
    clients: clients.length,
    events: run.events,
    eventsPerSecond: run.events / run.seconds,
    runs: run.runs,
    delays,
    delaysOfCut: figuresOf(delaysOf(cut.filter((client) => reading.includes(client)))),
    questions,
    cut: cut.length,
    resumed: cut.filter(({ outcome }) => outcome.resumed === true).length,
    asleep: clients.length - reading.length,
    many,
    memory,
    cores: run.cores,
    faults: [...run.refused, ...reading.flatMap((client) => neverSeen(client, acknowledged)), ...faultsOf(run)].concat(
      delays.maxMs > bounds.delayMs ? [`A change took ${delays.maxMs.toFixed(0)} ms to a client.`] : [],
      memory.peakMb > bounds.memoryMb ? [`The api held ${memory.peakMb.toFixed(0)} MB.`] : [],
    ),
  };
}

/** Milliseconds from each change to the client's knowledge of it. What came while it was away counts from its return. */
function clientDelays(
  { question, outcome }: Client,
  acknowledged: StreamRun['acknowledged'],
  { delayMs }: Bounds,
): number[] {
  const { away, seenAt } = outcome;
  return question.marks.flatMap((mark) =>
    acknowledged[mark]!.flatMap((at, tick) => {
      const seen = seenAt[mark * acknowledged[mark]!.length + tick]!;
      if (Number.isNaN(seen)) return [];
      const waitsForReturn = away !== null && at + delayMs >= away.from && seen >= away.to;
      return [Math.max(0, seen - (waitsForReturn ? Math.max(at, away.to) : at))];
    }),
  );
}

function neverSeen({ question, outcome }: Client, acknowledged: StreamRun['acknowledged']): string[] {
  const missed = question.marks.flatMap((mark) =>
    acknowledged[mark]!.filter((_, tick) => Number.isNaN(outcome.seenAt[mark * acknowledged[mark]!.length + tick]!)),
  );
  return missed.length === 0 ? [] : [`A client of “${question.name}” never heard of ${missed.length} changes.`];
}

function faultsOf({ clients }: StreamRun): string[] {
  return clients.flatMap(({ question, order, outcome }) => {
    const who = `A client of “${question.name}”${order.cutAtMs === null ? '' : ' that was cut off'}${order.sleeps ? ' that did not read' : ''}`;
    const gap = `${who} knows ${outcome.differing} runs otherwise than the database, or not at all.`;
    return [...(outcome.fault === null ? [] : [`${who}: ${outcome.fault}`]), ...(outcome.differing === 0 ? [] : [gap])];
  });
}

function figuresOf(delays: readonly number[]): Delays {
  return {
    p50Ms: quantile(delays, 0.5),
    p99Ms: quantile(delays, 0.99),
    maxMs: quantile(delays, 1),
    changes: delays.length,
  };
}

const SHOWN_FAULTS = 10;

export function reportText(report: StreamReport, bounds: Bounds): string {
  const { machine, memory, delays, delaysOfCut, questions, cores, many, faults } = report;
  const ms = ({ p50Ms, p99Ms, maxMs, changes }: Delays): string[] => [
    String(changes),
    ...[p50Ms, p99Ms, maxMs].map((value) => value.toFixed(0)),
  ];
  const rows = [
    ['followed', 'clients', 'messages', 'MB', 'changes', 'p50 ms', 'p99 ms', 'max ms'],
    ...questions.map((each) => [
      each.name,
      String(each.clients),
      String(each.messages),
      each.megabytes.toFixed(1),
      ...ms(each),
    ]),
    ['all', String(report.clients), '', '', ...ms(delays)],
    ['of these cut off', String(report.cut), '', '', ...ms(delaysOfCut)],
  ];
  const told = Object.entries(many).map(([reason, count]) => `${count} ${reason}`);
  const busy = Object.entries(cores).map(([name, used]) => `${name} ${used.toFixed(2)}`);
  return `${[
    `${report.clients} clients, ${report.eventsPerSecond.toFixed(0)} events/s, ${report.events} events, ${report.runs} runs`,
    describedMachine(machine),
    '',
    textTable(rows),
    '',
    `${report.cut} were cut off, ${report.resumed} of them were told what came meanwhile; ${report.asleep} did not read until the end.`,
    `Told to ask for the list: ${told.length === 0 ? 'none' : told.join(', ')}.`,
    `The api held ${memory.firstMb.toFixed(0)} MB before the first client, ${memory.medianMb.toFixed(0)} as a rule, ` +
      `${memory.peakMb.toFixed(0)} at most, ${memory.lastMb.toFixed(0)} in the end.`,
    `Busy cores: ${busy.join(', ')}.`,
    faults.length === 0
      ? `Each client knew every change within ${bounds.delayMs} ms and in the end what the database holds.`
      : `BROKEN, ${faults.length} times:\n${counted(faults).slice(0, SHOWN_FAULTS).join('\n')}`,
  ].join('\n')}\n`;
}

function counted(lines: readonly string[]): string[] {
  return [...new Set(lines)].map((line) => `${lines.filter((other) => other === line).length} × ${line}`);
}
