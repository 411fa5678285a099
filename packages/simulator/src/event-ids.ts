import type { Random } from './random.ts';

/** Makes the next event id at an instant (milliseconds since the epoch). */
export type EventIds = (at: number) => string;

/**
 * UUIDv7 ids that rise with every call, also within one millisecond: 48 bits of time, then a 32-bit counter that
 * begins at a random place in each new millisecond, then random bits. So does the client: within a batch the order of
 * the ids is the order of emission.
 */
export function createEventIds(random: Random): EventIds {
  let lastAt = -1;
  let counter = 0;
  return (at) => {
    if (at > lastAt) {
      lastAt = at;
      counter = random.int(0, 0x7fff_ffff);
    } else {
      counter += 1;
    }
    const time = lastAt.toString(16).padStart(12, '0');
    const high = (counter >>> 20).toString(16).padStart(3, '0');
    const middle = (0x8000 | ((counter >>> 6) & 0x3fff)).toString(16);
    const low = (((counter & 0x3f) << 2) | random.int(0, 3)).toString(16).padStart(2, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${high}-${middle}-${low}${random.hex(10)}`;
  };
}
