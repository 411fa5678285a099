/** What a comparison of two environments says, in words that promise no more than the samples do. Pure. */
import type { Comparison } from '@wm/client';
import { formatCount, formatDuration, formatRate } from '../../time/format.ts';

export interface Verdict {
  /** left: it does worse; right: that does; noise: no telling; none: nothing to compare. */
  kind: 'left' | 'right' | 'noise' | 'none';
  words: string;
  /** The same in a few words, where the figures stand beside it. */
  short: string;
}

/** Fewer on a side are few, whatever a test says. */
const FEW = 30;

interface Sides {
  left: string;
  right: string;
}

export function successVerdict(comparison: Comparison, names: Sides): Verdict {
  const { successRate: test, left, right } = comparison;
  if (test === null || left.successRate === null || right.successRate === null) {
    const empty = [left, right].map((side) => side.completed + side.failed);
    const where = empty[0] === 0 && empty[1] === 0 ? 'either side' : empty[0] === 0 ? names.left : names.right;
    return { kind: 'none', words: `No run ended in ${where}: nothing to compare.`, short: `none ended in ${where}` };
  }
  const { left: ofLeft, right: ofRight } = test.samples;
  if (test.difference === 0) {
    const shares = `${formatRate(1 - left.successRate)} of ${formatCount(ofLeft)} and of ${formatCount(ofRight)}`;
    return { kind: 'noise', words: `Both fail as often: ${shares}.${few(test.samples)}`, short: 'as often' };
  }
  const leftIsWorse = test.difference < 0;
  const [worse, better] = leftIsWorse ? [names.left, names.right] : [names.right, names.left];
  const failed = (side: Comparison['left'], of: number): string =>
    `${formatRate(1 - side.successRate!)} of ${formatCount(of)}`;
  const shares = leftIsWorse
    ? `${failed(left, ofLeft)} against ${failed(right, ofRight)}`
    : `${failed(right, ofRight)} against ${failed(left, ofLeft)}`;
  return {
    kind: test.moreThanNoise ? (leftIsWorse ? 'left' : 'right') : 'noise',
    words: `${worse} fails more often than ${better}: ${shares}; ${noise(test)}.`,
    short: `${worse}; ${shortNoise(test)}`,
  };
}

export function durationVerdict(comparison: Comparison, names: Sides): Verdict {
  const { durations: test, left, right } = comparison;
  if (test === null || left.durationMs === null || right.durationMs === null) {
    return {
      kind: 'none',
      words: 'Fewer than ten completed on a side: too few to compare how long they take.',
      short: 'fewer than ten completed on a side',
    };
  }
  const share = test.leftSlowerShare;
  const leftIsSlower = share > 0.5;
  const [slower, faster] = leftIsSlower ? [names.left, names.right] : [names.right, names.left];
  const [slow, fast] = leftIsSlower ? [left.durationMs, right.durationMs] : [right.durationMs, left.durationMs];
  const often = Math.round((leftIsSlower ? share : 1 - share) * 100);
  const medians = `medians ${formatDuration(slow.p50)} against ${formatDuration(fast.p50)}`;
  if (often === 50 && !test.moreThanNoise) {
    return { kind: 'noise', words: `Neither takes longer (${medians}).`, short: 'neither' };
  }
  return {
    kind: test.moreThanNoise ? (leftIsSlower ? 'left' : 'right') : 'noise',
    words: `A run in ${slower} takes longer than one in ${faster} ${often} times of 100 (${medians}); ${noise(test)}.`,
    short: `${slower}, ${often} of 100; ${shortNoise(test)}`,
  };
}

interface Test {
  pValue: number;
  moreThanNoise: boolean;
  samples: { left: number; right: number };
}

function noise(test: Test): string {
  const p = test.pValue < 0.001 ? 'p < 0.001' : `p = ${test.pValue.toFixed(test.pValue < 0.1 ? 3 : 2)}`;
  if (test.moreThanNoise) return `more than noise (${p})`;
  const least = Math.min(test.samples.left, test.samples.right);
  return least < FEW ? `may be noise: only ${count(least)} on a side (${p})` : `may be noise (${p})`;
}

function shortNoise(test: Test): string {
  if (test.moreThanNoise) return noise(test);
  const least = Math.min(test.samples.left, test.samples.right);
  return least < FEW ? `only ${count(least)}` : 'may be noise';
}

function few({ left, right }: Test['samples']): string {
  const least = Math.min(left, right);
  return least < FEW ? ` That says little: only ${count(least)} on a side.` : '';
}

function count(runs: number): string {
  return runs === 1 ? '1 run' : `${formatCount(runs)} runs`;
}
