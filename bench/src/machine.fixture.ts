import type { Machine } from './machine.ts';

/** For tests of reports: what they say about a machine does not depend on which it is. */
export const anyMachine: Machine = {
  cores: 2,
  processor: 'any',
  memoryGb: 4,
  loadBefore: 0,
  node: '20',
  postgres: '18',
  fsync: 'on',
  fullPageWrites: 'on',
  synchronousCommit: 'on',
};
