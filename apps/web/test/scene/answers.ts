/** What the dashboard must say of the scene, written out by hand: nothing here is computed from the api, or from the events. */

/** Its name needs an escape wherever a name can stand: in paths, queries and selectors. */
export const ODD = 'qa/eu #2';

/** Of the last 24 hours. `open` are the runs that are not over. */
export const ENVIRONMENTS = {
  production: { services: 5, started: 324, completed: 300, failed: 17, cancelled: 1 },
  staging: { services: 2, started: 150, completed: 124, failed: 26, cancelled: 0 },
  [ODD]: { services: 2, started: 14, completed: 12, failed: 1, cancelled: 0 },
} as const;

/** Of the last 24 hours. */
export const ORDERS = {
  service: 'orders',
  workflow: 'processOrder',
  steps: ['Validate', 'Reserve stock', 'Charge card', 'Ship'],
  production: { completed: 236, failed: 4, rate: '98.3 %' },
  staging: { completed: 96, failed: 24, rate: '80.0 %' },
} as const;

/** 2 of 60 against 2 of 30: that may be chance. */
export const LEDGER = {
  service: 'ledger',
  production: { completed: 58, failed: 2 },
  staging: { completed: 28, failed: 2 },
} as const;

/** 8 of 10 failed. */
export const MAILER = { service: 'mailer', completed: 2, failed: 8 } as const;

/** Failed last of all. */
export const NEWEST_FAILURE = {
  env: 'production',
  service: 'ledger',
  workflow: 'closeDay',
  execution: 'day-newest',
  step: 'Post to ledger',
  message: 'the books of 2026-03-09 are closed already',
  /** The line of the stack in the user's own code. */
  ownFrame: 'postToLedger',
  file: 'src/ledger/post.ts',
} as const;

/** 20 times in staging, 3 times in production. */
export const WORST_STEP = { step: 'Charge card', env: 'staging', count: 20, inProduction: 3 } as const;

/** Wakes in 24 hours. */
export const SLEEPER = { execution: 'user-sleeps', step: 'Create account', sleepsMs: 26 * 3_600_000 } as const;

/** Silent since two hours in a step of which 99 of 100 take less than half a second. */
export const STUCK = { env: 'production', service: 'orders', execution: 'order-stuck', step: 'Charge card' } as const;

/** Should have gone on 40 minutes ago. */
export const LATE = { execution: 'user-late' } as const;

/** Three attempts of a second, a second and two, with waits of 5 s and 10 s; a step of 500 ms before. */
export const RETRIED = {
  execution: 'user-retries',
  step: 'Send welcome e-mail',
  attempts: 3,
  retries: 2,
  duration: '19 s',
  active: '4.5 s',
  retryWait: '15 s',
} as const;

export const TWICE = { execution: 'user-twice', runs: 2, firstFailedWith: 'the address is taken' } as const;
export const NO_START = { execution: 'user-no-start' } as const;
export const DEFECT = {
  execution: 'user-defect',
  step: 'Seed workspace',
  message: "Cannot read properties of undefined (reading 'plan')",
} as const;
export const CANCELLED = { execution: 'user-cancelled', reason: 'the user closed the account' } as const;
export const RUNNING = { execution: 'user-running', step: 'Wait for documents' } as const;
export const TIMEOUT = { execution: 'user-timeout', step: 'Read documents' } as const;
export const LONG = {
  service: 'import',
  workflow: 'importCatalogue',
  execution: 'import-long',
  events: 10_000,
  steps: 4_999,
} as const;

/** Events that could not go into the log, oldest first. */
export const REJECTED = {
  count: 3,
  badTime: { reason: 'bad_timestamp', execution: 'rejected-time', timestamp: 'yesterday' },
  noType: { reason: 'missing_field', execution: 'rejected-type' },
  longName: { reason: 'name_too_long', execution: 'rejected-name' },
} as const;

/** Names and texts that must stay text. */
export const HOSTILE = {
  service: '<img src=x onerror="window.__markup=1">',
  workflow: '"><script>window.__markup=2</script>',
  step: '\u202Egnp.<b>exe</b> 🧨',
  execution: `'); window.__markup=3; ('${'long'.repeat(100)}`,
  sleeper: 'javascript:window.__markup=4',
  id: `<i>${'x'.repeat(400)}</i>`,
  message: '<svg onload="window.__markup=5">{{7*7}}</svg>',
} as const;
