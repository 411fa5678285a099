/** What the api answers, written by `npm run client` from its document. Do not edit. */

export type ActiveRun = {
  /** Stable through rebuilds */
  id: string;
  env: string;
  serviceKey: string;
  workflowId: string;
  /** From 1: clients use ids again */
  run: number;
  latest: boolean;
  workflowName: string;
  executionId: string | null;
  status: 'pending' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  pauseReason: 'sleep' | 'retry' | null;
  resumeAt: string | null;
  currentStep: string | null;
  runningSteps: string[];
  completedStepCount: number;
  totalStepsExecuted: number;
  /** Retries of all its steps */
  retryCount: number;
  errorStepName: string | null;
  errorAttempt: number | null;
  errorStepInferred: boolean;
  errorGroup: string | null;
  cancelReason: string | null;
  queuedAt: string | null;
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  durationMs: number | null;
  activeMs: number | null;
  sleepingMs: number;
  retryWaitMs: number;
  /** What is known to be missing */
  gaps: ('start' | 'end' | 'step')[];
  /** What made no sense */
  anomalies: string[];
  certainty: {
    start: 'observed' | 'inferred' | 'missing' | null;
    end: 'observed' | 'inferred' | 'missing' | null;
    errorStep: 'observed' | 'inferred' | 'missing' | null;
  };
  eventCount: number;
  /** Started, else queued, else first event: what lists are ordered by */
  sortAt: string;
  firstEventAt: string;
  lastEventAt: string;
  updatedAt: string;
  /** active: runs; scheduled: waits for its time; overdue: that time passed more than 15 s ago; stuck: it passed more than 5 minutes ago, or the run says nothing for longer than 99 of 100 of its step (or its workflow) take, and for a minute at least */
  activityState: 'active' | 'scheduled' | 'overdue' | 'stuck';
  /** Of an overdue or stuck run: why it is taken for that */
  evidence:
    | {
        kind: 'past_resume';
        resumeAt: string;
        lateMs: number;
        /** What lateness the state allows */
        graceMs: number;
      }
    | {
        kind: 'silent';
        /** Since its newest event */
        silentMs: number;
        /** 99 of 100 took no longer in the last seven days */
        usualMs: number;
        /** The step that this is of; null: the workflow */
        ofStep: string | null;
      }
    | null;
  /** Of a paused run: until its time; below 0: since then */
  resumesInMs: number | null;
  /** Since its newest event */
  silentMs: number;
  /** Steps that a completed run of this name has on average, of the last seven days; null: too few to tell */
  usualSteps: number | null;
};

export type Attempt = {
  id: string;
  stepName: string;
  attemptNumber: number;
  result: 'running' | 'success' | 'failure' | 'timeout' | 'interrupted';
  inferred: boolean;
  errorMessage: string | null;
  errorStack: string | null;
  startedAt: string | null;
  endedAt: string | null;
  durationMs: number | null;
  retryScheduled: boolean;
  retryScheduledAt: string | null;
  retryDelayMs: number | null;
  nextAttemptAt: string | null;
  startEventId: string | null;
  endEventId: string | null;
};

export type Comparison = {
  /** null: all of them together */
  service: string | null;
  /** null: all of them together */
  name: string | null;
  left: {
    /** Those whose start was lost count at the time of their first event */
    started: number;
    completed: number;
    failed: number;
    cancelled: number;
    /** Completed, of those that completed or failed; null: none did */
    successRate: number | null;
    /** Completed, failed and cancelled, per minute */
    throughputPerMinute: number;
    /** Retries of steps */
    retries: number;
    /** Retries for each that started; null: none did */
    retryRate: number | null;
    durationMs: Durations;
  };
  right: {
    /** Those whose start was lost count at the time of their first event */
    started: number;
    completed: number;
    failed: number;
    cancelled: number;
    /** Completed, of those that completed or failed; null: none did */
    successRate: number | null;
    /** Completed, failed and cancelled, per minute */
    throughputPerMinute: number;
    /** Retries of steps */
    retries: number;
    /** Retries for each that started; null: none did */
    retryRate: number | null;
    durationMs: Durations;
  };
  /** Two-proportion z-test, or Fisher's exact test of few; null: none ended on a side */
  successRate: {
    /** Left less right */
    difference: number;
    samples: { left: number; right: number };
    /** How likely a difference at least as large is where there is none */
    pValue: number;
    /** pValue below 0.01 */
    moreThanNoise: boolean;
  } | null;
  /** Mann-Whitney U test; null: fewer than ten completed on a side */
  durations: {
    /** Left by right; null: that of the right is 0 */
    medianRatio: number | null;
    /** How often a run of the left takes longer than one of the right, both taken at random: 0.5 is no difference */
    leftSlowerShare: number;
    samples: { left: number; right: number };
    /** How likely a difference at least as large is where there is none */
    pValue: number;
    /** pValue below 0.01 */
    moreThanNoise: boolean;
  } | null;
};

/** Of those that completed, in milliseconds, right within 2 percent */
export type Durations = { samples: number; mean: number; p50: number; p90: number; p95: number; p99: number } | null;

export type Environment = {
  env: string;
  /** Services that were ever heard of there */
  services: number;
  /** Those whose start was lost count at the time of their first event */
  started: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Completed, of those that completed or failed; null: none did */
  successRate: number | null;
  open: OpenRuns;
  /** Newest time that an event itself names */
  lastEventAt: string | null;
  /** Newest arrival, about ten seconds behind */
  lastArrivalAt: string | null;
};

export type ErrorGroup = {
  /** Fingerprint: a filter of /v1/workflows and /v1/failures */
  errorGroup: string;
  /** What the messages of the group share; ids and numbers are folded out */
  message: string;
  count: number;
  /** The first failure of all, not only of the range */
  firstSeen: string;
  /** The last failure of the range */
  lastSeen: string;
  /** Failures in each part of the range, `trendPartMs` long. Parts begin at multiples of that since 1970, the first with or before `since`; of the first and the last one only what lies in the range is counted. */
  trend: number[];
  envs: string[];
  services: string[];
  workflowNames: string[];
  /** The newest failure of the range */
  sample: {
    id: string;
    env: string;
    serviceKey: string;
    workflowId: string;
    run: number;
    workflowName: string;
    failedAt: string;
    errorStepName: string | null;
    /** Its first 2,000 characters */
    errorMessage: string | null;
    /** Its first 2,000 characters */
    errorStack: string | null;
  };
};

export type Event = {
  id: string;
  type: string;
  timestamp: string;
  source: string;
  workflowName: string;
  executionId: string | null;
  /** The event as it came */
  payload?: unknown;
  /** What ingest noticed about it */
  flags: string[];
  receivedAt: string;
  processed: boolean;
  processedAt: string | null;
  /** Set: every fold skips this event */
  processingError: string | null;
};

export type FailingStep = {
  env: string;
  serviceKey: string;
  workflowName: string;
  stepName: string;
  /** How often it failed for good; what the workflow caught counts too */
  count: number;
  /** The minute of the last failure */
  lastMinute: string;
};

export type FailingWorkflow = {
  env: string;
  serviceKey: string;
  workflowName: string;
  /** Failed runs */
  count: number;
  /** How many kinds of errors they are */
  errorGroups: number;
  /** The minute of the last failure */
  lastMinute: string;
};

export type Figures = {
  /** Those whose start was lost count at the time of their first event */
  started: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Completed, of those that completed or failed; null: none did */
  successRate: number | null;
  /** Completed, failed and cancelled, per minute */
  throughputPerMinute: number;
  /** Retries of steps */
  retries: number;
  /** Retries for each that started; null: none did */
  retryRate: number | null;
  durationMs: Durations;
};

export type Freshness = {
  /** How long the oldest event waits to be taken into the state; 0: none waits */
  lagMs: number;
  /** Events that are stored and not in the state yet, up to a million */
  pendingEvents: number;
  /** When anything last arrived, about ten seconds behind; null: never */
  lastArrivalAt: string | null;
  /** When these figures were read: at most 2000 ms ago */
  readAt: string;
};

export type Health = {
  /** failing: at least half of those that ended failed, of 5 or more; worse: a larger share failed than in the range of the same length before, by more than noise; quiet: none started or ended; healthy: else */
  state: 'healthy' | 'worse' | 'failing' | 'quiet';
  reason: string;
};

export type MetricsGroup = {
  /** null: not grouped by it */
  env: string | null;
  /** null: not grouped by it */
  service: string | null;
  /** null: not grouped by it */
  name: string | null;
  /** null: not grouped by it */
  step: string | null;
  total: Figures;
  /** null where steps are counted */
  open: OpenRuns | null;
  /** Durations above fromMs, up to toMs; null where not asked for */
  histogram: { fromMs: number; toMs: number; count: number }[] | null;
  /** Points with any count, oldest first; null without an interval */
  series:
    | {
        at: string;
        /** Those whose start was lost count at the time of their first event */
        started: number;
        completed: number;
        failed: number;
        cancelled: number;
        /** Completed, of those that completed or failed; null: none did */
        successRate: number | null;
        /** Completed, failed and cancelled, per minute */
        throughputPerMinute: number;
        /** Retries of steps */
        retries: number;
        /** Retries for each that started; null: none did */
        retryRate: number | null;
        durationMs: Durations;
      }[]
    | null;
};

/** Newest runs that are not over now, whenever they began */
export type OpenRuns = { running: number; paused: number; queued: number; pending: number };

export type Pipeline = {
  /** null for a key that is limited to an environment or service: the figure is one of all of them together */
  queue: {
    backend: 'redis' | 'postgres';
    /** false: it does not answer, and work is found by the sweeper */
    reachable: boolean;
    /** Wake-ups by state */
    counts: { waiting: number; active: number; delayed: number; failed: number } | null;
  } | null;
  /** Workers that are connected; null for a key that is limited to an environment or service: the figure is one of all of them together */
  workers: number | null;
  /** null, too, where it was not asked for in the last two minutes; null for a key that is limited to an environment or service: the figure is one of all of them together */
  throughput: {
    /** Events written to the log */
    storedPerMinute: number;
    /** Events taken into the state */
    foldedPerMinute: number;
    /** What they are an average of, up to two minutes */
    overMs: number;
  } | null;
  /** Events that are stored and not yet in the state */
  unprocessed: number;
  /** Since its arrival; null: nothing waits */
  oldestUnprocessedAgeMs: number | null;
  byEnvironment: { env: string; unprocessed: number; oldestUnprocessedAgeMs: number }[];
  /** Rejected events that wait for someone to look */
  quarantined: number;
  /** Of those, the most frequent reason first */
  quarantineReasons: { reason: string; open: number }[];
  /** null for a key that is limited to an environment or service: the figure is one of all of them together */
  quarantineRoom: {
    /** Texts of rejected events that are kept */
    bytes: number;
    /** As many as may be */
    bound: number;
    /** true: of further ones only the beginning is kept */
    full: boolean;
  } | null;
  /** Stored events that the state could not take in */
  poisoned: number;
  /** Events that the sweeper had to save, ever; null for a key that is limited to an environment or service: the figure is one of all of them together */
  swept: number | null;
  /** Refolds, ever; null for a key that is limited to an environment or service: the figure is one of all of them together */
  refolded: number | null;
  projectionVersion: {
    /** In force; null: no migration has set one */
    target: number | null;
    /** Of this process */
    code: number;
  };
  /** null for a key that is limited to an environment or service: the figure is one of all of them together */
  verify: {
    /** When all workflows had been checked for the last time; null: not yet */
    roundAt: string | null;
    /** When the next one is due */
    nextAt: string;
    /** Rows that were found not to be the fold of their events, ever: should be 0 */
    differences: number;
  } | null;
  /** By service and environment */
  services: {
    env: string;
    serviceKey: string;
    /** Newest time that an event itself names */
    lastEventAt: string | null;
    /** Newest arrival, about ten seconds behind */
    lastArrivalAt: string;
    /** From its own time to its arrival */
    lastDelayMs: number | null;
    pendingEvents: number;
    /** How long the oldest of those waits; 0: none does */
    lagMs: number;
  }[];
  /** Keys that may be used; null for a key that is limited to an environment or service: the figure is one of all of them together */
  keys:
    | {
        id: string;
        name: string;
        scope: 'ingest' | 'read' | 'operate' | 'metrics';
        env: string | null;
        serviceKey: string | null;
        /** About a minute behind; null: never */
        lastUsedAt: string | null;
        expiresAt: string | null;
      }[]
    | null;
  freshness: Freshness;
  /** The answer is true as of this time, by the clock of the database */
  asOf: string;
};

export type Problem = {
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
  errors?: { in: 'query' | 'path' | 'body'; field: string; message: string }[];
};

export type QuarantineAction = {
  action: 'redrive' | 'discard';
  outcome: 'stored' | 'duplicate' | 'rejected' | 'discarded';
  /** Why it was discarded, or rejected again */
  detail: string | null;
  /** Its id in the log, where it is there now */
  eventId: string | null;
  /** Another text than the one that was kept was sent through */
  mended: boolean;
  /** Id of the key, `cli`, or `anyone` with AUTH=off */
  actor: string;
  actedAt: string;
};

export type QuarantineEntry = {
  id: string;
  state: 'open' | 'redriven' | 'discarded';
  /** A code */
  reason: string;
  /** In words: which field, and what was wrong with it */
  detail: string;
  /** As claimed; null: unreadable */
  eventId: string | null;
  env: string | null;
  serviceKey: string | null;
  /** The key that it came with */
  keyId: string | null;
  receivedAt: string;
  /** Bytes of its text that are kept */
  rawBytes: number;
  /** Only the beginning of its text is kept, so it cannot go through as it is */
  rawCut: boolean;
  redrivenAt: string | null;
  discardedAt: string | null;
  /** Its JSON text as it came; the beginning of it where rawCut is set */
  raw: string;
  /** The request was no valid UTF-8: U+FFFD stands for bytes that are lost */
  bytesReplaced: boolean;
  /** What the reason means, and what to do */
  reasonText: string | null;
  /** What was done about it, oldest first */
  actions: QuarantineAction[];
};

export type QuarantinedEvent = {
  id: string;
  state: 'open' | 'redriven' | 'discarded';
  /** A code */
  reason: string;
  /** In words: which field, and what was wrong with it */
  detail: string;
  /** As claimed; null: unreadable */
  eventId: string | null;
  env: string | null;
  serviceKey: string | null;
  /** The key that it came with */
  keyId: string | null;
  receivedAt: string;
  /** Bytes of its text that are kept */
  rawBytes: number;
  /** Only the beginning of its text is kept, so it cannot go through as it is */
  rawCut: boolean;
  redrivenAt: string | null;
  discardedAt: string | null;
};

export type RedriveCounts = {
  stored: number;
  /** They were in the log before */
  duplicates: number;
  /** They stay in the quarantine */
  rejected: number;
  rejectedByReason: Record<string, unknown>;
  /** Only the beginning of their text is kept: mend them one by one, or discard */
  cut: number;
  /** There are more: call again with nextCursor as cursor */
  more: boolean;
  /** Gets the next page; null: this was the last */
  nextCursor: string | null;
};

export type RedriveResult =
  | {
      /** It is in the log now; a duplicate was there before */
      outcome: 'stored' | 'duplicate';
      /** Its id there */
      eventId: string;
    }
  | {
      /** It stays in the quarantine */
      outcome: 'rejected';
      reason: string;
      detail: string;
    };

export type Run = {
  /** Stable through rebuilds */
  id: string;
  env: string;
  serviceKey: string;
  workflowId: string;
  /** From 1: clients use ids again */
  run: number;
  latest: boolean;
  workflowName: string;
  executionId: string | null;
  status: 'pending' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  /** active: runs; scheduled: waits for its time; overdue: that time passed more than 15 s ago; stuck: it passed more than 5 minutes ago, or the run says nothing for longer than 99 of 100 of its step (or its workflow) take, and for a minute at least */
  activityState: 'active' | 'scheduled' | 'overdue' | 'stuck' | null;
  pauseReason: 'sleep' | 'retry' | null;
  resumeAt: string | null;
  currentStep: string | null;
  runningSteps: string[];
  completedStepCount: number;
  totalStepsExecuted: number;
  /** Retries of all its steps */
  retryCount: number;
  errorStepName: string | null;
  errorAttempt: number | null;
  errorStepInferred: boolean;
  errorGroup: string | null;
  cancelReason: string | null;
  queuedAt: string | null;
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  durationMs: number | null;
  activeMs: number | null;
  sleepingMs: number;
  retryWaitMs: number;
  /** What is known to be missing */
  gaps: ('start' | 'end' | 'step')[];
  /** What made no sense */
  anomalies: string[];
  certainty: {
    start: 'observed' | 'inferred' | 'missing' | null;
    end: 'observed' | 'inferred' | 'missing' | null;
    errorStep: 'observed' | 'inferred' | 'missing' | null;
  };
  eventCount: number;
  /** Started, else queued, else first event: what lists are ordered by */
  sortAt: string;
  firstEventAt: string;
  lastEventAt: string;
  updatedAt: string;
};

export type Service = {
  serviceKey: string;
  displayName: string | null;
  description: string | null;
  /** When it was first heard of */
  createdAt: string;
  environments: {
    env: string;
    /** Those whose start was lost count at the time of their first event */
    started: number;
    completed: number;
    failed: number;
    cancelled: number;
    /** Completed, of those that completed or failed; null: none did */
    successRate: number | null;
    /** Completed, failed and cancelled, per minute */
    throughputPerMinute: number;
    /** Retries of steps */
    retries: number;
    /** Retries for each that started; null: none did */
    retryRate: number | null;
    durationMs: Durations;
    open: OpenRuns;
    health: Health;
    /** Newest time that an event itself names */
    lastEventAt: string | null;
    /** Newest arrival, about ten seconds behind */
    lastArrivalAt: string;
    /** From its own time to its arrival; below 0: its clock is ahead of the database */
    lastDelayMs: number | null;
    pendingEvents: number;
    /** How long the oldest of those waits; 0: none does */
    lagMs: number;
  }[];
};

export type Session = {
  /** off: nobody needs a key */
  auth: 'on' | 'off';
  /** operate: may change things, too */
  scope: 'read' | 'operate';
  /** The only environment that the key reaches; null: every one */
  env: string | null;
  /** The only service that the key reaches; null: every one */
  serviceKey: string | null;
  /** What people call the key; null: there is none */
  name: string | null;
  /** Where trackers post to (INGEST_URL); null: the api was not told */
  ingestUrl: string | null;
  /** Path of the board of the queue. It opens for a key for operating without a limit */
  queueBoard: string;
};

export type Sleep = {
  id: string;
  startEventId: string;
  durationMs: number | null;
  startedAt: string;
  resumeAt: string | null;
  /** When it ended, whatever ended it */
  completedAt: string | null;
  /** Only where the client reported its end */
  completed: boolean;
  endReason: 'completed' | 'superseded' | 'terminal' | null;
  completeEventId: string | null;
};

export type Span = {
  kind: 'step' | 'attempt' | 'retry_wait' | 'sleep' | 'pause';
  stepName: string | null;
  attempt: number | null;
  /** null: the start never arrived */
  startedAt: string | null;
  /** null: it goes on, or its end is not known */
  endedAt: string | null;
  /** The status of a step, or of the step behind a wait; the result of an attempt; what ended a sleep; the reason of a pause */
  outcome: string | null;
  inferred: boolean;
  startEventId: string | null;
  endEventId: string | null;
};

export type Step = {
  id: string;
  stepName: string;
  executionOrder: number;
  status: 'pending' | 'running' | 'completed' | 'failed' | 'retrying' | 'interrupted';
  /** The status was concluded, not reported */
  inferred: boolean;
  currentAttempt: number;
  maxAttempts: number | null;
  /** Any JSON */
  result?: unknown;
  hasResult: boolean;
  resultEventId: string | null;
  cached: boolean;
  errorMessage: string | null;
  errorStack: string | null;
  willRetry: boolean | null;
  retryCount: number;
  nextRetryAt: string | null;
  lastRetryDelayMs: number | null;
  timeoutMs: number | null;
  timeoutDeadline: string | null;
  timedOut: boolean;
  startedAt: string | null;
  completedAt: string | null;
  /** Of the last attempt */
  durationMs: number | null;
  /** First start to end, waits included */
  totalDurationMs: number | null;
  createdAt: string;
  updatedAt: string;
  attempts: Attempt[];
};

export type StepState = {
  id: string;
  stepName: string;
  executionOrder: number;
  status: 'pending' | 'running' | 'completed' | 'failed' | 'retrying' | 'interrupted';
  /** The status was concluded, not reported */
  inferred: boolean;
  currentAttempt: number;
  maxAttempts: number | null;
  /** Any JSON */
  result?: unknown;
  hasResult: boolean;
  resultEventId: string | null;
  cached: boolean;
  errorMessage: string | null;
  errorStack: string | null;
  willRetry: boolean | null;
  retryCount: number;
  nextRetryAt: string | null;
  lastRetryDelayMs: number | null;
  timeoutMs: number | null;
  timeoutDeadline: string | null;
  timedOut: boolean;
  startedAt: string | null;
  completedAt: string | null;
  /** Of the last attempt */
  durationMs: number | null;
  /** First start to end, waits included */
  totalDurationMs: number | null;
  attempts: Attempt[];
};

export type TimeSplit = {
  /** From the start to the end or to asOf; null: the start is not known */
  totalMs: number | null;
  /** What sleeping and waiting leave of it */
  activeMs: number | null;
  sleepingMs: number;
  retryWaitMs: number;
  /** false: it goes on, and these are as of asOf */
  final: boolean;
  /** How long after its time, by the client's clock, each event arrived; below zero where that clock is ahead */
  telemetryDelay: { medianMs: number | null; maxMs: number | null; lastMs: number | null };
};

export type Workflow = {
  /** Stable through rebuilds */
  id: string;
  env: string;
  serviceKey: string;
  workflowId: string;
  /** From 1: clients use ids again */
  run: number;
  latest: boolean;
  workflowName: string;
  executionId: string | null;
  status: 'pending' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  /** active: runs; scheduled: waits for its time; overdue: that time passed more than 15 s ago; stuck: it passed more than 5 minutes ago, or the run says nothing for longer than 99 of 100 of its step (or its workflow) take, and for a minute at least */
  activityState: 'active' | 'scheduled' | 'overdue' | 'stuck' | null;
  pauseReason: 'sleep' | 'retry' | null;
  resumeAt: string | null;
  currentStep: string | null;
  runningSteps: string[];
  completedStepCount: number;
  totalStepsExecuted: number;
  /** Retries of all its steps */
  retryCount: number;
  errorStepName: string | null;
  errorAttempt: number | null;
  errorStepInferred: boolean;
  errorGroup: string | null;
  cancelReason: string | null;
  queuedAt: string | null;
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  durationMs: number | null;
  activeMs: number | null;
  sleepingMs: number;
  retryWaitMs: number;
  /** What is known to be missing */
  gaps: ('start' | 'end' | 'step')[];
  /** What made no sense */
  anomalies: string[];
  certainty: {
    start: 'observed' | 'inferred' | 'missing' | null;
    end: 'observed' | 'inferred' | 'missing' | null;
    errorStep: 'observed' | 'inferred' | 'missing' | null;
  };
  eventCount: number;
  /** Started, else queued, else first event: what lists are ordered by */
  sortAt: string;
  firstEventAt: string;
  lastEventAt: string;
  updatedAt: string;
  completedSteps: string[];
  /** Any JSON */
  input?: unknown;
  /** Tells an input of null from none */
  hasInput: boolean;
  /** Any JSON */
  output?: unknown;
  hasOutput: boolean;
  /** Of an overdue or stuck run: why it is taken for that */
  evidence:
    | {
        kind: 'past_resume';
        resumeAt: string;
        lateMs: number;
        /** What lateness the state allows */
        graceMs: number;
      }
    | {
        kind: 'silent';
        /** Since its newest event */
        silentMs: number;
        /** 99 of 100 took no longer in the last seven days */
        usualMs: number;
        /** The step that this is of; null: the workflow */
        ofStep: string | null;
      }
    | null;
  errorMessage: string | null;
  errorStack: string | null;
  firstEventId: string;
  lastEventId: string;
  projectionVersion: number;
  createdAt: string;
};

export type WorkflowListItem = {
  /** Stable through rebuilds */
  id: string;
  env: string;
  serviceKey: string;
  workflowId: string;
  /** From 1: clients use ids again */
  run: number;
  latest: boolean;
  workflowName: string;
  executionId: string | null;
  status: 'pending' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  /** active: runs; scheduled: waits for its time; overdue: that time passed more than 15 s ago; stuck: it passed more than 5 minutes ago, or the run says nothing for longer than 99 of 100 of its step (or its workflow) take, and for a minute at least */
  activityState: 'active' | 'scheduled' | 'overdue' | 'stuck' | null;
  pauseReason: 'sleep' | 'retry' | null;
  resumeAt: string | null;
  currentStep: string | null;
  runningSteps: string[];
  completedStepCount: number;
  totalStepsExecuted: number;
  /** Retries of all its steps */
  retryCount: number;
  errorStepName: string | null;
  errorAttempt: number | null;
  errorStepInferred: boolean;
  errorGroup: string | null;
  cancelReason: string | null;
  queuedAt: string | null;
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  durationMs: number | null;
  activeMs: number | null;
  sleepingMs: number;
  retryWaitMs: number;
  /** What is known to be missing */
  gaps: ('start' | 'end' | 'step')[];
  /** What made no sense */
  anomalies: string[];
  certainty: {
    start: 'observed' | 'inferred' | 'missing' | null;
    end: 'observed' | 'inferred' | 'missing' | null;
    errorStep: 'observed' | 'inferred' | 'missing' | null;
  };
  eventCount: number;
  /** Started, else queued, else first event: what lists are ordered by */
  sortAt: string;
  firstEventAt: string;
  lastEventAt: string;
  updatedAt: string;
  /** Its first 500 characters */
  errorMessage: string | null;
};

export type WorkflowState = {
  /** Stable through rebuilds */
  id: string;
  env: string;
  serviceKey: string;
  workflowId: string;
  /** From 1: clients use ids again */
  run: number;
  latest: boolean;
  workflowName: string;
  executionId: string | null;
  status: 'pending' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  /** active: runs; scheduled: waits for its time; overdue: that time passed more than 15 s ago; stuck: it passed more than 5 minutes ago, or the run says nothing for longer than 99 of 100 of its step (or its workflow) take, and for a minute at least */
  activityState: 'active' | 'scheduled' | 'overdue' | 'stuck' | null;
  pauseReason: 'sleep' | 'retry' | null;
  resumeAt: string | null;
  currentStep: string | null;
  runningSteps: string[];
  completedStepCount: number;
  totalStepsExecuted: number;
  /** Retries of all its steps */
  retryCount: number;
  errorStepName: string | null;
  errorAttempt: number | null;
  errorStepInferred: boolean;
  errorGroup: string | null;
  cancelReason: string | null;
  queuedAt: string | null;
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  durationMs: number | null;
  activeMs: number | null;
  sleepingMs: number;
  retryWaitMs: number;
  /** What is known to be missing */
  gaps: ('start' | 'end' | 'step')[];
  /** What made no sense */
  anomalies: string[];
  certainty: {
    start: 'observed' | 'inferred' | 'missing' | null;
    end: 'observed' | 'inferred' | 'missing' | null;
    errorStep: 'observed' | 'inferred' | 'missing' | null;
  };
  eventCount: number;
  /** Started, else queued, else first event: what lists are ordered by */
  sortAt: string;
  firstEventAt: string;
  lastEventAt: string;
  completedSteps: string[];
  /** Any JSON */
  input?: unknown;
  /** Tells an input of null from none */
  hasInput: boolean;
  /** Any JSON */
  output?: unknown;
  hasOutput: boolean;
  errorMessage: string | null;
  errorStack: string | null;
  firstEventId: string;
  lastEventId: string;
  projectionVersion: number;
};

/** By method and path. `never`: the route takes none. */
export interface Routes {
  /** Log out */
  'DELETE /v1/session': {
    path: never;
    query: never;
    body: never;
    answer: { outcome: 'logged_out' };
  };
  /** Runs that are running or paused, newest first, and which of them are late or stuck */
  'GET /v1/active': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** Only these states; may be given more than once */
      state?: ('active' | 'scheduled' | 'overdue' | 'stuck')[];
      /** Rows of a page, 1 to 200 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    body: never;
    answer: {
      active: ActiveRun[];
      /** Of every environment, whatever states are asked for */
      counts: { env: string; active: number; scheduled: number; overdue: number; stuck: number }[];
      /** false: there are more than 50000 open runs */
      complete: boolean;
      /** Gets the next page; null: this was the last */
      nextCursor: string | null;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** How many paused runs are due in each minute of the coming hours */
  'GET /v1/active/forecast': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** 1 to 48 */
      hours?: number;
    };
    body: never;
    answer: {
      /** Those in which any is due, in order; what is due already stands in the present one */
      minutes: {
        at: string;
        /** Sleeps that end */
        resumes: number;
        /** Waits for a retry that end */
        retries: number;
      }[];
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** Environments, with what happened there in a time range */
  'GET /v1/environments': {
    path: never;
    query: {
      /** Counts from this time on, rounded down to its minute; 24 hours before `until` where absent */
      since?: string;
      /** Counts before this time, rounded up to its minute; now where absent */
      until?: string;
    };
    body: never;
    answer: {
      environments: Environment[];
      /** What was counted: from `since` on, before `until` */
      range: { since: string; until: string };
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** Failed runs, the newest failure first */
  'GET /v1/failures': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** A text in the error message, upper or lower case alike */
      error?: string;
      /** Only failures of this group, as /v1/failures/groups names it */
      errorGroup?: string;
      /** Only failures that this step is to blame for */
      errorStep?: string;
      /** Only those that failed at or after this time */
      since?: string;
      /** Only those that failed before this time */
      until?: string;
      /** Rows of a page, 1 to 200 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    body: never;
    answer: {
      failures: WorkflowListItem[];
      /** Gets the next page; null: this was the last */
      nextCursor: string | null;
      /** false: the search was stopped before the page was full, and nextCursor goes on */
      complete: boolean;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** Failures of a range of time, grouped by what went wrong */
  'GET /v1/failures/groups': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** Failures from the minute of this time on; 24 hours before `until` where absent */
      since?: string;
      /** Failures of the minutes before this time; now where absent */
      until?: string;
      /** Rows of a page, 1 to 200 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
      /** Only these groups, by their fingerprints; may be given more than once */
      errorGroup?: string[];
    };
    body: never;
    answer: {
      groups: ErrorGroup[];
      trendPartMs: number;
      /** What was counted; from the minute of `since` on */
      range: { since: string; until: string };
      /** Gets the next page; null: this was the last */
      nextCursor: string | null;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** The steps that failed in a range of time, the most frequent first */
  'GET /v1/failures/steps': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** Failures from the minute of this time on; 24 hours before `until` where absent */
      since?: string;
      /** Failures of the minutes before this time; now where absent */
      until?: string;
      /** Rows of a page, 1 to 200 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    body: never;
    answer: {
      steps: FailingStep[];
      /** What was counted; from the minute of `since` on */
      range: { since: string; until: string };
      /** Gets the next page; null: this was the last */
      nextCursor: string | null;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** How often each workflow failed in a range of time */
  'GET /v1/failures/workflows': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** Failures from the minute of this time on; 24 hours before `until` where absent */
      since?: string;
      /** Failures of the minutes before this time; now where absent */
      until?: string;
      /** Rows of a page, 1 to 200 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    body: never;
    answer: {
      workflows: FailingWorkflow[];
      /** What was counted; from the minute of `since` on */
      range: { since: string; until: string };
      /** Gets the next page; null: this was the last */
      nextCursor: string | null;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** Counts, rates and durations over any range, grouped and as a series */
  'GET /v1/metrics': {
    path: never;
    query: {
      /** What is counted. Steps of more than 2 days are for a service or name */
      of?: 'workflows' | 'steps';
      /** A group for each combination; may be given more than once. `step` with of=steps only */
      groupBy?: ('env' | 'service' | 'name' | 'step')[];
      /** Width of the points of a series, which begin at multiples of it (UTC); no series where absent. Below 1h for 24 hours at most; below 1d for 3 days, but for whole environments */
      interval?: '1m' | '5m' | '15m' | '30m' | '1h' | '3h' | '6h' | '12h' | '1d' | '7d';
      /** Whether to show the durations themselves */
      histogram?: 'true' | 'false';
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these steps, with of=steps; may be given more than once */
      step?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** Counts from this time on, rounded down to its minute; 24 hours before `until` where absent */
      since?: string;
      /** Counts before this time, rounded up to its minute; now where absent */
      until?: string;
    };
    body: never;
    answer: {
      groups: MetricsGroup[];
      /** Groups beyond those shown; narrow the question to see them */
      groupsLeftOut: number;
      /** What was counted: from `since` on, before `until` */
      range: { since: string; until: string };
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** Two environments side by side, and whether the difference is more than noise */
  'GET /v1/metrics/compare': {
    path: never;
    query: {
      /** Environment */
      left: string;
      /** The other environment */
      right: string;
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** Counts from this time on, rounded down to its minute; 24 hours before `until` where absent */
      since?: string;
      /** Counts before this time, rounded up to its minute; now where absent */
      until?: string;
    };
    body: never;
    answer: {
      left: string;
      right: string;
      comparisons: Comparison[];
      /** What was counted: from `since` on, before `until` */
      range: { since: string; until: string };
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** Whether the picture is fresh: what waits, what was rejected, what had to be saved */
  'GET /v1/pipeline': {
    path: never;
    query: never;
    body: never;
    answer: Pipeline;
  };
  /** Events that were put aside, newest first, each with its reason */
  'GET /v1/quarantine': {
    path: never;
    query: {
      /** Only this reason */
      reason?: string;
      /** Only events that name this environment */
      env?: string;
      /** Only events that name this service */
      service?: string;
      /** Only those received at or after this time */
      since?: string;
      /** Only those received before this time */
      until?: string;
      /** Only this state; without it, any */
      state?: 'open' | 'redriven' | 'discarded';
      /** Rows of a page, 1 to 200 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    body: never;
    answer: {
      quarantined: QuarantinedEvent[];
      /** Gets the next page; null: this was the last */
      nextCursor: string | null;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** One event that was put aside, with its text and what was done about it */
  'GET /v1/quarantine/{id}': {
    path: {
      /** Id of the entry, as the list shows it */
      id: string;
    };
    query: never;
    body: never;
    answer: {
      entry: QuarantineEntry;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** Services and how they fare in each environment */
  'GET /v1/services': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Counts from this time on, rounded down to its minute; 24 hours before `until` where absent */
      since?: string;
      /** Counts before this time, rounded up to its minute; now where absent */
      until?: string;
    };
    body: never;
    answer: {
      services: Service[];
      /** What was counted: from `since` on, before `until` */
      range: { since: string; until: string };
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** One service and how it fares in each environment */
  'GET /v1/services/{service}': {
    path: {
      /** Service key */
      service: string;
    };
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Counts from this time on, rounded down to its minute; 24 hours before `until` where absent */
      since?: string;
      /** Counts before this time, rounded up to its minute; now where absent */
      until?: string;
    };
    body: never;
    answer: {
      service: Service;
      /** What was counted: from `since` on, before `until` */
      range: { since: string; until: string };
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** What the key of this request may do */
  'GET /v1/session': {
    path: never;
    query: never;
    body: never;
    answer: Session;
  };
  /** What changes among the workflows of a filter, as it happens */
  'GET /v1/stream': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only these statuses; may be given more than once */
      status?: ('pending' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled')[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** Only those that started (sortAt) at or after this time */
      since?: string;
      /** Only those that started (sortAt) before this time */
      until?: string;
      /** Only those that ended at or after this time, however they did */
      finishedSince?: string;
      /** Only those that ended before this time */
      finishedUntil?: string;
      /** Only those that are known to have taken as long */
      minDurationMs?: number;
      /** Only those that are known to have taken no longer */
      maxDurationMs?: number;
      /** A text in the error message, upper or lower case alike */
      error?: string;
      /** Only failures of this group, as /v1/failures/groups names it */
      errorGroup?: string;
      /** Only failures that this step is to blame for */
      errorStep?: string;
      /** Only runs that have a step of this name */
      step?: string;
      /** A path in the input and the value there, such as customer.region=eu; names with a dot in them as a\.b. May be given more than once: all must be there */
      tag?: string[];
      /** Only those with a retry, or only those without */
      hasRetries?: string;
      /** Only those of which something is known to be missing, or only the others */
      hasGaps?: string;
      /** Only those that should have resumed by now and gave no sign of life, whether overdue or stuck, or only the others */
      overdue?: string;
      /** Only runs under way that do this, as activityState tells; may be given more than once */
      activity?: ('active' | 'scheduled' | 'overdue' | 'stuck')[];
      /** A workflow id, execution id or event id, whole or its beginning; of an event id at least 12 digits */
      search?: string;
      /** Only the newest run of each workflow, or all */
      runs?: 'latest' | 'all';
    };
    body: never;
    answer: unknown;
  };
  /** Workflows, newest first or in another order */
  'GET /v1/workflows': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only these statuses; may be given more than once */
      status?: ('pending' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled')[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** Only those that started (sortAt) at or after this time */
      since?: string;
      /** Only those that started (sortAt) before this time */
      until?: string;
      /** Only those that ended at or after this time, however they did */
      finishedSince?: string;
      /** Only those that ended before this time */
      finishedUntil?: string;
      /** Only those that are known to have taken as long */
      minDurationMs?: number;
      /** Only those that are known to have taken no longer */
      maxDurationMs?: number;
      /** A text in the error message, upper or lower case alike */
      error?: string;
      /** Only failures of this group, as /v1/failures/groups names it */
      errorGroup?: string;
      /** Only failures that this step is to blame for */
      errorStep?: string;
      /** Only runs that have a step of this name */
      step?: string;
      /** A path in the input and the value there, such as customer.region=eu; names with a dot in them as a\.b. May be given more than once: all must be there */
      tag?: string[];
      /** Only those with a retry, or only those without */
      hasRetries?: string;
      /** Only those of which something is known to be missing, or only the others */
      hasGaps?: string;
      /** Only those that should have resumed by now and gave no sign of life, whether overdue or stuck, or only the others */
      overdue?: string;
      /** Only runs under way that do this, as activityState tells; may be given more than once */
      activity?: ('active' | 'scheduled' | 'overdue' | 'stuck')[];
      /** A workflow id, execution id or event id, whole or its beginning; of an event id at least 12 digits */
      search?: string;
      /** Only the newest run of each workflow, or all */
      runs?: 'latest' | 'all';
      /** What to order by; a run without that value comes last */
      sort?: 'started' | 'finished' | 'duration' | 'updated' | 'retries' | 'id';
      /** Rising or falling */
      order?: 'asc' | 'desc';
      /** Rows of a page, 1 to 200 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    body: never;
    answer: {
      workflows: WorkflowListItem[];
      /** Gets the next page; null: this was the last */
      nextCursor: string | null;
      /** false: the search was stopped before the page was full, and nextCursor goes on */
      complete: boolean;
      /** How many there are in all; null behind the first page */
      total: {
        count: number;
        /** false: estimated by the statistics of the store */
        exact: boolean;
      } | null;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** All workflows that a filter leaves, as CSV or NDJSON */
  'GET /v1/workflows/export': {
    path: never;
    query: {
      /** Only these environments; may be given more than once */
      env?: string[];
      /** Only these services; may be given more than once */
      service?: string[];
      /** Only these statuses; may be given more than once */
      status?: ('pending' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled')[];
      /** Only workflows of these names; may be given more than once */
      name?: string[];
      /** Only those that started (sortAt) at or after this time */
      since?: string;
      /** Only those that started (sortAt) before this time */
      until?: string;
      /** Only those that ended at or after this time, however they did */
      finishedSince?: string;
      /** Only those that ended before this time */
      finishedUntil?: string;
      /** Only those that are known to have taken as long */
      minDurationMs?: number;
      /** Only those that are known to have taken no longer */
      maxDurationMs?: number;
      /** A text in the error message, upper or lower case alike */
      error?: string;
      /** Only failures of this group, as /v1/failures/groups names it */
      errorGroup?: string;
      /** Only failures that this step is to blame for */
      errorStep?: string;
      /** Only runs that have a step of this name */
      step?: string;
      /** A path in the input and the value there, such as customer.region=eu; names with a dot in them as a\.b. May be given more than once: all must be there */
      tag?: string[];
      /** Only those with a retry, or only those without */
      hasRetries?: string;
      /** Only those of which something is known to be missing, or only the others */
      hasGaps?: string;
      /** Only those that should have resumed by now and gave no sign of life, whether overdue or stuck, or only the others */
      overdue?: string;
      /** Only runs under way that do this, as activityState tells; may be given more than once */
      activity?: ('active' | 'scheduled' | 'overdue' | 'stuck')[];
      /** A workflow id, execution id or event id, whole or its beginning; of an event id at least 12 digits */
      search?: string;
      /** Only the newest run of each workflow, or all */
      runs?: 'latest' | 'all';
      /** What to order by; a run without that value comes last */
      sort?: 'started' | 'finished' | 'duration' | 'updated' | 'retries' | 'id';
      /** Rising or falling */
      order?: 'asc' | 'desc';
      /** CSV with a head line, or one JSON object a line */
      format?: 'csv' | 'ndjson';
    };
    body: never;
    answer: unknown;
  };
  /** One run of a workflow with its steps, attempts and sleeps */
  'GET /v1/workflows/{env}/{service}/{workflowId}': {
    path: {
      /** Environment */
      env: string;
      /** Service key */
      service: string;
      /** The workflow's id, percent-encoded */
      workflowId: string;
    };
    query: {
      /** Number of the run, from 1 */
      run?: number;
    };
    body: never;
    answer: {
      workflow: Workflow;
      /** In order of first sight */
      steps: Step[];
      time: TimeSplit;
      /** Oldest first */
      sleeps: Sleep[];
      /** The newest 100 runs of this id, newest first */
      runs: Run[];
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** The events of a workflow id in the order of its state */
  'GET /v1/workflows/{env}/{service}/{workflowId}/events': {
    path: {
      /** Environment */
      env: string;
      /** Service key */
      service: string;
      /** The workflow's id, percent-encoded */
      workflowId: string;
    };
    query: {
      /** Only the events of this run; without it those of all runs, also what waits to be folded */
      run?: number;
      /** Only the events with these ids; may be given 50 times */
      id?: string[];
      /** Only these types; may be given more than once */
      type?: string[];
      /** Only events that name this step */
      step?: string;
      /** Only events that have this text in a name or value, upper or lower case alike */
      text?: string;
      /** Rows of a page, 1 to 200 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    body: never;
    answer: {
      events: Event[];
      /** Gets the next page; null: this was the last */
      nextCursor: string | null;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** Which event set each field of a run and of its steps */
  'GET /v1/workflows/{env}/{service}/{workflowId}/provenance': {
    path: {
      /** Environment */
      env: string;
      /** Service key */
      service: string;
      /** The workflow's id, percent-encoded */
      workflowId: string;
    };
    query: {
      /** Number of the run, from 1 */
      run?: number;
    };
    body: never;
    answer: {
      run: number;
      /** Which event set each field; a field that is not there was set by none */
      workflow: Record<string, unknown>;
      /** By name of the step */
      steps: Record<string, unknown>;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** All runs of a workflow id, newest first */
  'GET /v1/workflows/{env}/{service}/{workflowId}/runs': {
    path: {
      /** Environment */
      env: string;
      /** Service key */
      service: string;
      /** The workflow's id, percent-encoded */
      workflowId: string;
    };
    query: {
      /** Rows of a page, 1 to 200 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    body: never;
    answer: {
      runs: Run[];
      /** Gets the next page; null: this was the last */
      nextCursor: string | null;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** What a run did when: steps, attempts, sleeps, waits for retries and pauses as stretches of time */
  'GET /v1/workflows/{env}/{service}/{workflowId}/spans': {
    path: {
      /** Environment */
      env: string;
      /** Service key */
      service: string;
      /** The workflow's id, percent-encoded */
      workflowId: string;
    };
    query: {
      /** Number of the run, from 1 */
      run?: number;
    };
    body: never;
    answer: {
      run: number;
      spans: Span[];
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** A run as it stood at one of its events */
  'GET /v1/workflows/{env}/{service}/{workflowId}/state': {
    path: {
      /** Environment */
      env: string;
      /** Service key */
      service: string;
      /** The workflow's id, percent-encoded */
      workflowId: string;
    };
    query: {
      /** Id of the event */
      event: string;
    };
    body: never;
    answer: {
      event: { id: string; type: string; timestamp: string };
      workflow: WorkflowState;
      /** In order of first sight */
      steps: StepState[];
      /** Oldest first */
      sleeps: Sleep[];
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** One step of a run with all its attempts */
  'GET /v1/workflows/{env}/{service}/{workflowId}/steps/{step}': {
    path: {
      /** Environment */
      env: string;
      /** Service key */
      service: string;
      /** The workflow's id, percent-encoded */
      workflowId: string;
      /** Name of the step, percent-encoded */
      step: string;
    };
    query: {
      /** Number of the run, from 1 */
      run?: number;
    };
    body: never;
    answer: {
      run: number;
      step: Step;
      freshness: Freshness;
      /** The answer is true as of this time, by the clock of the database */
      asOf: string;
    };
  };
  /** Write the display name and description of a service */
  'PATCH /v1/services/{service}': {
    path: {
      /** Service key */
      service: string;
    };
    query: never;
    body: { displayName?: string | null; description?: string | null };
    answer: { outcome: 'written' };
  };
  /** Say that the open events of a filter are not needed, and why */
  'POST /v1/quarantine/discard': {
    path: never;
    query: never;
    body: {
      /** Which open entries are meant; {} means every one that the key reaches */
      filter: {
        /** Only this reason */
        reason?: string;
        /** Only events that name this environment */
        env?: string;
        /** Only events that name this service */
        service?: string;
        /** Only those received at or after this time */
        since?: string;
        /** Only those received before this time */
        until?: string;
      };
      /** Why it is not needed; kept with who discarded it and when */
      reason: string;
    };
    answer: {
      discarded: number;
      /** There may be more */
      more: boolean;
    };
  };
  /** Send the open events of a filter through again, oldest first, some of them a call */
  'POST /v1/quarantine/redrive': {
    path: never;
    query: never;
    body: {
      /** Which open entries are meant; {} means every one that the key reaches */
      filter: {
        /** Only this reason */
        reason?: string;
        /** Only events that name this environment */
        env?: string;
        /** Only events that name this service */
        service?: string;
        /** Only those received at or after this time */
        since?: string;
        /** Only those received before this time */
        until?: string;
      };
      /** Entries of this call, 1 to 500 */
      limit?: number;
      /** `nextCursor` of the page before */
      cursor?: string;
    };
    answer: RedriveCounts;
  };
  /** Say that an event is not needed, and why */
  'POST /v1/quarantine/{id}/discard': {
    path: {
      /** Id of the entry, as the list shows it */
      id: string;
    };
    query: never;
    body: {
      /** Why it is not needed; kept with who discarded it and when */
      reason: string;
    };
    answer: { outcome: 'discarded' };
  };
  /** Send an event through again: as it was kept, or mended */
  'POST /v1/quarantine/{id}/redrive': {
    path: {
      /** Id of the entry, as the list shows it */
      id: string;
    };
    query: never;
    body: {
      /** The mended event, to go in place of the kept one */
      event?: Record<string, unknown>;
    };
    answer: RedriveResult;
  };
  /** Log in with a key */
  'POST /v1/session': {
    path: never;
    query: never;
    body: { key: string };
    answer: Session;
  };
}
