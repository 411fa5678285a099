/**
 * Seeded randomness. Everything the simulator makes is a function of a seed, so that a failing test or a benchmark can
 * be repeated to the byte on any machine; `Math.random` has no place here.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** True with probability `share`. */
  chance(share: number): boolean;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** One element, in proportion to its weight. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
  /** A long-tailed positive number: half of them below `median`, `sigma` of 1 puts one in a hundred above ten times it. */
  logNormal(median: number, sigma: number): number;
}

/** Mixes the parts of a seed into 32 bits (FNV-1a over the text, then an avalanche). */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ salt;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** The sfc32 generator: 128 bits of state, 32-bit arithmetic only, the same everywhere. */
function sfc32(seed: string): () => number {
  let a = hash(seed, 1);
  let b = hash(seed, 2);
  let c = hash(seed, 3);
  let counter = 1;
  const nextUint32 = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i += 1) nextUint32();
  return nextUint32;
}

/** Makes a random source from the parts of a seed. The same parts give the same sequence. */
export function createRandom(...seed: readonly (number | string)[]): Random {
  const nextUint32 = sfc32(seed.join('/'));
  const next = (): number => nextUint32() / 0x1_0000_0000;
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    int,
    chance: (share) => next() < share,
    pick: (list) => list[int(0, list.length - 1)]!,
    weighted: (list) => {
      let left = next() * list.reduce((sum, item) => sum + item.weight, 0);
      return list.find((item) => (left -= item.weight) < 0) ?? list.at(-1)!;
    },
    hex: (length) => {
      let text = '';
      while (text.length < length) text += nextUint32().toString(16).padStart(8, '0');
      return text.slice(0, length);
    },
    logNormal: (median, sigma) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(sigma * normal);
    },
  };
}
