export type { Board, BoardMove } from './board';
export * from './contracts';
export * from './errors';
export type { EventLog, RunEvent, RunEventType } from './events';
export { RUN_EVENT_TYPES } from './events';
export type { Journal, JournalStore, StepOutcome, StepRecord } from './journal';
export type { Lease, NewRun, Run, RunLimits, RunState, RunStatus, TaskClaim, TaskState, TaskStatus } from './run';
export { MAX_ATTEMPTS, type RunStore } from './run-store';
