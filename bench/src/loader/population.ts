/**
 * Who is in a loaded store: workflow number `index` of a population, drawn by the simulator and pushed into the past. Pure,
 * so that every process makes the same one.
 */
import { createRandom, planWorkflow } from '@wm/simulator';
import type { Random, SimulatedEvent, Slice } from '@wm/simulator';
import { longRun } from './long-run.ts';
import { scenarioMix } from './scenario-mix.ts';
import { drawService } from './services.ts';
import type { LoadedService } from './services.ts';

export interface Population {
  readonly seed: number;
  readonly workflows: number;
  /** They begin within so many days before `now`; need not be whole. */
  readonly days: number;
  /** The newest events are of this moment, milliseconds since the epoch. */
  readonly now: number;
}

/** Events that arrived together. */
export interface Arrival {
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly events: readonly SimulatedEvent[];
}

const DAY_MS = 86_400_000;
/** How much of a day's length the waves of a day push the starts about: four times as many by day as by night. */
const WAVE = 0.6;
/** Of so many workflows one falls silent in the middle: its process died, or its events were lost. */
const SILENT_SHARE = 0.0004;
/** Of so many workflows one has ten thousand events. */
const LONG_RUN_EVERY = 100_000;
const FEWEST_WITH_LONG_RUNS = 10_000;
const REGIONS = ['eu-west', 'eu-central', 'us-east', 'us-west', 'ap-south'] as const;
const TENANTS = 500;

/** What workflow number `index` has sent so far. Starts rise with the number. */
export function workflowOf(population: Population, index: number): Arrival[] {
  const { seed, now } = population;
  const random = createRandom('loaded', seed, index);
  const startAt = startOf(population, index, random);
  const service = drawService(random);
  const slices = slicesOf(population, index, startAt, service, random);
  const tags = drawTags(random);
  const silentAfter = random.chance(SILENT_SHARE) ? random.int(1, 8) : Infinity;
  const arrivals: Arrival[] = [];
  let sent = 0;
  for (const { events, endsAt } of slices) {
    const receivedAt = endsAt + random.int(15, 120);
    const happened = events
      .slice(0, Math.max(0, silentAfter - sent))
      .filter(({ timestamp }) => Date.parse(timestamp) <= now);
    sent += events.length;
    if (happened.length === 0) break;
    arrivals.push({
      receivedAt: Math.min(receivedAt, now),
      events: happened.map((event) => ofService(event, service, tags)),
    });
  }
  return arrivals;
}

/** Even over the days but for the waves of each. */
function startOf({ workflows, days, now }: Population, index: number, random: Random): number {
  const spanMs = days * DAY_MS;
  const even = ((index + random.next()) / workflows) * spanMs;
  const wave = ((WAVE * DAY_MS) / (2 * Math.PI)) * Math.sin((2 * Math.PI * even) / DAY_MS);
  return Math.round(now - spanMs + even + wave);
}

function slicesOf(
  { seed, workflows }: Population,
  index: number,
  startAt: number,
  { like }: LoadedService,
  random: Random,
): readonly Slice[] {
  // In the middle of its stretch: the last one would still be under way.
  const stretch = Math.min(LONG_RUN_EVERY, Math.ceil(workflows / 2));
  const long = workflows >= FEWEST_WITH_LONG_RUNS && index % stretch === Math.floor(stretch / 2);
  const scenario = long ? 'success' : random.weighted(scenarioMix).scenario;
  const { slices } = planWorkflow(seed, { index, startAt, scenario, services: [like] });
  return long ? longRun(slices, random) : slices;
}

/** The event under the names of its own service, its input with tags to look for. */
function ofService(event: SimulatedEvent, { key, dialect }: LoadedService, tags: object): SimulatedEvent {
  const { workflowName, jobName, stepName, completedSteps, input } = event;
  return {
    ...event,
    serviceKey: key,
    ...(typeof workflowName === 'string' && { workflowName: dialect.workflow(workflowName) }),
    ...(typeof jobName === 'string' && { jobName: dialect.workflow(jobName) }),
    ...(typeof stepName === 'string' && { stepName: dialect.step(stepName) }),
    ...(Array.isArray(completedSteps) && { completedSteps: (completedSteps as string[]).map(dialect.step) }),
    ...(typeof input === 'object' && input !== null && !Array.isArray(input) && { input: { ...input, tags } }),
  };
}

function drawTags(random: Random): object {
  // The square makes a few tenants large and most of them small.
  const tenant = Math.floor(TENANTS * random.next() ** 2);
  return {
    tenant: `tenant-${String(tenant).padStart(3, '0')}`,
    region: random.pick(REGIONS),
    priority: random.chance(0.05) ? 'high' : 'normal',
  };
}
