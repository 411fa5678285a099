export { countOpenRuns, type OpenRuns } from './count-open-runs.ts';
export { countPending, type PendingOfEnvironment } from './count-pending.ts';
export { countPoisoned } from './count-poisoned.ts';
export { countQuarantined } from './count-quarantined.ts';
export { findEvent, type EventPlace } from './find-event.ts';
export { findRun, type RunDetail } from './find-run.ts';
export { findRunRange } from './find-run-range.ts';
export { foldLog, type LogPart } from './fold-log.ts';
export { forecastResumes, type DueMinute } from './forecast-resumes.ts';
export { hasEvents } from './has-events.ts';
export {
  expectationKey,
  JUDGED_AT_MOST,
  type ActiveState,
  type ActivityRules,
  type Expectations,
  type OpenRunFilter,
} from './judge-open-runs.ts';
export { listActive, type ActiveCount, type ActiveRun } from './list-active.ts';
export { listAttempts, type AttemptView } from './list-attempts.ts';
export { listEvents, type EventFilter, type EventView } from './list-events.ts';
export { listRuns } from './list-runs.ts';
export { listServices, type ServiceView } from './list-services.ts';
export { listSleeps, type SleepView } from './list-sleeps.ts';
export { listSteps, type StepView } from './list-steps.ts';
export type { PagePosition } from './position.ts';
export { readLoggedValues, type LoggedValue } from './read-logged-values.ts';
export { readPipelineCounters } from './read-pipeline-counters.ts';
export { readProjectionTarget } from './read-projection-target.ts';
export { countsOf, type RollupDimension, type RollupFilter, type RollupRow } from './read-rollups.ts';
export { DAY_MS, HOUR_MS, MINUTE_MS, type TimeRange } from './rollup-ranges.ts';
export { readTelemetryDelay, type TelemetryDelay } from './read-telemetry-delay.ts';
export type { RunSummary } from './run-columns.ts';
export { covers, EVERYTHING, type ReadScope } from './scope.ts';
export { inSnapshot } from './snapshot.ts';
export * from './workflows/index.ts';
export * from './failures/index.ts';
export { sumRollups } from './sum-rollups.ts';
