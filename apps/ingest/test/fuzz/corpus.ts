/** Requests that broke something once, each with what it did: they come at the start of every run, and stay. */
import { bodyRequest } from './hostile-request.ts';
import type { HostileRequest } from './hostile-request.ts';
import { largeBody } from './large-bodies.ts';

export interface CorpusCase {
  name: string;
  /** Sent at once; `salt` makes their ids unlike those of other cases. */
  requests: (salt: string) => Promise<HostileRequest[]>;
}

/** The same body several times: only the first can be new. */
const atOnce =
  (times: number, body: string) =>
  async (salt: string): Promise<HostileRequest[]> =>
    Array<HostileRequest>(times).fill(await largeBody(body, salt));

const inEvent = (fields: string) => (salt: string) => {
  const raw = `{"eventId":"${salt}","timestamp":"2026-11-01T10:00:00Z","type":"step.completed","workflowId":"corpus","workflowName":"corpus","env":"fuzz","serviceKey":"corpus","stepName":"s","attempt":1${fields}}`;
  return Promise.resolve([
    bodyRequest({ name: `corpus: ${fields.slice(0, 40)}`, plain: Buffer.from(`{"events":[${raw}]}`), raws: [raw] }),
  ]);
};

export const CORPUS: readonly CorpusCase[] = [
  // Values were made of them before their number was known: 2 GB, then the end of the process.
  { name: 'objects, zipped', requests: atOnce(1, 'zipped objects') },
  { name: 'commas, zipped', requests: atOnce(1, 'zipped commas') },
  // A name of each was kept for the check of names.
  { name: 'a million step names', requests: atOnce(1, 'a million step names') },
  // Each waited for room with its events read, and nobody reckoned them: 1,249 MB.
  { name: 'bodies of entries that are no events', requests: atOnce(4, 'the most entries that are no events') },
  // Each grows eightfold when its NULs are marked: 1,145 MB.
  { name: 'bodies of escaped NULs', requests: atOnce(4, 'just the most inflated bytes, all escaped') },
  // One property at a time, the table of them doubling: 769 MB.
  { name: 'objects of a million keys', requests: atOnce(2, 'almost the most values, as different keys') },
  { name: 'an exponent that PostgreSQL writes out', requests: inEvent(',"result":1e131072') },
  { name: 'an exponent that PostgreSQL cannot hold', requests: inEvent(',"result":1e-16384') },
  { name: 'a prototype in a payload', requests: inEvent(',"__proto__":{"stepName":"other"},"constructor":null') },
  { name: 'a key that comes twice, NUL behind it', requests: inEvent(',"stepName":"t","stepName":"a\\u0000b"') },
];
