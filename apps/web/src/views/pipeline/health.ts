/** What is wrong with the pipeline, in words, the worst first. Pure. */
import type { Pipeline } from '@wm/client';
import { formatBytes, formatCount, formatDuration } from '../../time/format.ts';

/** A drain is expected within this time; beyond it something waits for nobody. */
const LATE_MS = 10_000;

export interface Trouble {
  /** bad: events wait or are lost to the view; look: somebody should have a look. */
  level: 'bad' | 'look';
  words: string;
}

export function troublesOf(pipeline: Pipeline): Trouble[] {
  return [...waitingTroubles(pipeline), ...keptTroubles(pipeline)];
}

function waitingTroubles({
  queue,
  workers,
  unprocessed,
  oldestUnprocessedAgeMs,
  projectionVersion,
}: Pipeline): Trouble[] {
  const found: Trouble[] = [];
  if (workers === 0) {
    found.push({
      level: 'bad',
      words: 'No worker is connected: what arrives is stored and waits. Start one, and it takes in all of it.',
    });
  }
  const age = oldestUnprocessedAgeMs ?? 0;
  if (age > LATE_MS) {
    found.push({
      level: 'bad',
      words: `${events(unprocessed)} ${unprocessed === 1 ? 'is' : 'are'} stored and not yet in the picture, the oldest for ${formatDuration(age)}. ${workers === 0 ? '' : 'The workers cannot keep up, or they hang. '}Nothing is lost.`,
    });
  }
  if (queue !== null && !queue.reachable) {
    found.push({
      level: 'bad',
      words: 'The queue does not answer. Work is found by the sweeper, a few seconds later. Nothing is lost.',
    });
  }
  const { target, code } = projectionVersion;
  if (target === null) {
    found.push({ level: 'bad', words: 'No projection version is in force: the migrations have not run to their end.' });
  } else if (target !== code) {
    found.push({
      level: 'look',
      words: `The state is of projection version ${target}, and this api knows version ${code}: a deploy or a rollback is on its way.`,
    });
  }
  return found;
}

function keptTroubles({ poisoned, quarantineRoom, quarantined, verify }: Pipeline): Trouble[] {
  const found: Trouble[] = [];
  if (verify !== null && verify.differences > 0) {
    const rows = verify.differences === 1 ? '1 row was' : `${formatCount(verify.differences)} rows were`;
    found.push({
      level: 'look',
      words: `${rows} found not to be the fold of their events. wm verify shows them, wm rebuild mends them. Please report it: that should never be.`,
    });
  }
  if (poisoned > 0) {
    found.push({
      level: 'bad',
      words: `${events(poisoned)} ${poisoned === 1 ? 'is' : 'are'} stored but left out of the state, because PostgreSQL refuses what ${poisoned === 1 ? 'it changes' : 'they change'}. Please report it: a check is missing.`,
    });
  }
  if (quarantineRoom !== null && quarantineRoom.full) {
    found.push({
      level: 'bad',
      words: `The room for rejected events (${formatBytes(quarantineRoom.bound)}) is full: of further ones only the beginning is kept. Redrive or discard some.`,
    });
  }
  if (quarantined > 0) {
    const words = `${events(quarantined)} ${quarantined === 1 ? 'was' : 'were'} rejected and wait${quarantined === 1 ? 's' : ''} for someone to look.`;
    found.push({ level: 'look', words });
  }
  return found;
}

function events(count: number): string {
  return count === 1 ? '1 event' : `${formatCount(count)} events`;
}
