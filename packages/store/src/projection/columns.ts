/**
 * The columns of the projection tables beside their key, and how each travels: which field of the row holds it and as
 * which SQL type. Select lists, record fields and merge lists are made from here, so that none can be forgotten.
 */

/** SQL type of a column; `instant` is a timestamptz that is whole milliseconds since the epoch in a row. */
type ColumnType = 'instant' | (string & {});

/** Field of the row: column, SQL type. */
type Columns = Readonly<Record<string, readonly [column: string, type: ColumnType]>>;

export interface TableColumns {
  readonly table: string;
  /** What makes a row unique within its workflow and run. */
  readonly keyFields: readonly string[];
  /** Whether the id alone is unique over all workflows; otherwise only the key is. */
  readonly hasUniqueId: boolean;
  readonly columns: Columns;
}

/** The identity that all four tables share. */
export const KEY_COLUMNS = { env: 'env', serviceKey: 'service_key', workflowId: 'workflow_id', run: 'run' } as const;

export const workflowColumns = {
  table: 'workflows',
  keyFields: [],
  hasUniqueId: true,
  columns: {
    latest: ['latest', 'boolean'],
    workflowName: ['workflow_name', 'text'],
    executionId: ['execution_id', 'text'],
    status: ['status', 'workflow_status'],
    pauseReason: ['pause_reason', 'pause_reason'],
    resumeAt: ['resume_at', 'instant'],
    currentStep: ['current_step', 'text'],
    runningSteps: ['running_steps', 'text[]'],
    completedSteps: ['completed_steps', 'text[]'],
    completedStepCount: ['completed_step_count', 'integer'],
    totalStepsExecuted: ['total_steps_executed', 'integer'],
    retryCount: ['retry_count', 'integer'],
    errorMessage: ['error_message', 'text'],
    errorStack: ['error_stack', 'text'],
    errorStepName: ['error_step_name', 'text'],
    errorAttempt: ['error_attempt', 'integer'],
    errorStepInferred: ['error_step_inferred', 'boolean'],
    errorGroup: ['error_group', 'text'],
    cancelReason: ['cancel_reason', 'text'],
    queuedAt: ['queued_at', 'instant'],
    startedAt: ['started_at', 'instant'],
    completedAt: ['completed_at', 'instant'],
    failedAt: ['failed_at', 'instant'],
    cancelledAt: ['cancelled_at', 'instant'],
    durationMs: ['duration_ms', 'bigint'],
    activeMs: ['active_ms', 'bigint'],
    sleepingMs: ['sleeping_ms', 'bigint'],
    retryWaitMs: ['retry_wait_ms', 'bigint'],
    gaps: ['gaps', 'text[]'],
    anomalies: ['anomalies', 'text[]'],
    eventCount: ['event_count', 'integer'],
    sortAt: ['sort_at', 'instant'],
    firstEventAt: ['first_event_at', 'instant'],
    firstEventId: ['first_event_id', 'uuid'],
    lastEventAt: ['last_event_at', 'instant'],
    lastEventId: ['last_event_id', 'uuid'],
    foldState: ['fold_state', 'jsonb'],
    contribution: ['contribution', 'jsonb'],
    projectionVersion: ['projection_version', 'integer'],
  },
} as const satisfies TableColumns;

export const stepColumns = {
  table: 'workflow_steps',
  keyFields: ['stepName'],
  hasUniqueId: false,
  columns: {
    stepName: ['step_name', 'text'],
    executionOrder: ['execution_order', 'integer'],
    status: ['status', 'step_status'],
    inferred: ['inferred', 'boolean'],
    currentAttempt: ['current_attempt', 'integer'],
    maxAttempts: ['max_attempts', 'integer'],
    resultEventId: ['result_event_id', 'uuid'],
    cached: ['cached', 'boolean'],
    everCompleted: ['ever_completed', 'boolean'],
    errorMessage: ['error_message', 'text'],
    errorStack: ['error_stack', 'text'],
    willRetry: ['will_retry', 'boolean'],
    retryCount: ['retry_count', 'integer'],
    retryMinutes: ['retry_minutes', 'integer[]'],
    nextRetryAt: ['next_retry_at', 'instant'],
    lastRetryDelayMs: ['last_retry_delay_ms', 'bigint'],
    timeoutMs: ['timeout_ms', 'bigint'],
    timeoutDeadline: ['timeout_deadline', 'instant'],
    timedOut: ['timed_out', 'boolean'],
    startedAt: ['started_at', 'instant'],
    completedAt: ['completed_at', 'instant'],
    durationMs: ['duration_ms', 'bigint'],
    totalDurationMs: ['total_duration_ms', 'bigint'],
    contribution: ['contribution', 'jsonb'],
  },
} as const satisfies TableColumns;

export const attemptColumns = {
  table: 'step_attempts',
  keyFields: ['stepName', 'attemptNumber'],
  hasUniqueId: false,
  columns: {
    stepName: ['step_name', 'text'],
    attemptNumber: ['attempt_number', 'integer'],
    result: ['result', 'attempt_result'],
    inferred: ['inferred', 'boolean'],
    errorMessage: ['error_message', 'text'],
    errorStack: ['error_stack', 'text'],
    startedAt: ['started_at', 'instant'],
    endedAt: ['ended_at', 'instant'],
    durationMs: ['duration_ms', 'bigint'],
    retryScheduled: ['retry_scheduled', 'boolean'],
    retryScheduledAt: ['retry_scheduled_at', 'instant'],
    retryDelayMs: ['retry_delay_ms', 'bigint'],
    nextAttemptAt: ['next_attempt_at', 'instant'],
    startEventId: ['start_event_id', 'uuid'],
    endEventId: ['end_event_id', 'uuid'],
  },
} as const satisfies TableColumns;

export const sleepColumns = {
  table: 'workflow_sleeps',
  keyFields: ['startEventId'],
  hasUniqueId: false,
  columns: {
    startEventId: ['start_event_id', 'uuid'],
    durationMs: ['duration_ms', 'bigint'],
    startedAt: ['started_at', 'instant'],
    resumeAt: ['resume_at', 'instant'],
    completedAt: ['completed_at', 'instant'],
    completed: ['completed', 'boolean'],
    endReason: ['end_reason', 'sleep_end_reason'],
    completeEventId: ['complete_event_id', 'uuid'],
  },
} as const satisfies TableColumns;

/**
 * Milliseconds since the epoch of a timestamptz, exact for every year; a Date would misread the years before 100. By date_part,
 * because extract makes a numeric of it, which takes three times as long and is no more exact here.
 */
export function inMilliseconds(expression: string): string {
  return `(date_part('epoch', ${expression}) * 1000)::bigint`;
}

/** Select list of a table's identity and columns, each named after its field. */
export function selectList({ columns }: TableColumns, alias: string): string {
  const key = Object.entries(KEY_COLUMNS).map(([field, column]) => `${alias}.${column} AS "${field}"`);
  const rest = Object.entries(columns).map(([field, [column, type]]) =>
    type === 'instant' ? `${inMilliseconds(`${alias}.${column}`)} AS "${field}"` : `${alias}.${column} AS "${field}"`,
  );
  return [`${alias}.id AS "id"`, ...key, ...rest].join(', ');
}

/** A field of the records that a statement takes, with its SQL type. */
export interface RecordField {
  readonly field: string;
  readonly type: string;
}

/** What a statement takes of each row: identity, columns, then `more`. */
export function recordFields({ columns }: TableColumns, more: readonly RecordField[] = []): RecordField[] {
  const identity = { id: 'uuid', env: 'text', serviceKey: 'text', workflowId: 'text', run: 'integer' };
  return [
    ...Object.entries(identity).map(([field, type]) => ({ field, type })),
    ...Object.entries(columns).map(([field, [, type]]) => ({ field, type })),
    ...more,
  ];
}
