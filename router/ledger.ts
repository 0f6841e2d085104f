import type { Privacy } from '../privacy';
import type { BudgetWindow } from './budgets/window';

/** Everything known about one model call, kept for cost, statistics and calibration. Never the prompt or the answer. */
export interface LedgerEntry {
  callId: string;
  atMs: number;
  model: string;
  provider: string;
  local: boolean;
  privacy: Privacy;
  role?: string;
  /** n8n's id of the workflow, which stays when its name changes. */
  workflow?: string;
  /** The workflow's name at the time of the call. */
  workflowName?: string;
  project?: string;
  /** The comparison between models the call was part of, and on which side. */
  experiment?: { name: string; arm: string };
  runId?: string;
  taskId?: string;
  attempt?: number;
  promptTokens: number;
  completionTokens: number;
  /** `null` when the price is unknown. */
  costUsd: number | null;
  /** USD a local call would have cost on the reference cloud model, or an answer given again had cost the first time; unset for cloud calls. */
  savedUsd?: number | null;
  durationMs: number;
  /** `ok`, `cached` (an answer given again; nobody was asked), or the code of the error the call ended with. */
  outcome: string;
}

export interface UsageTotals {
  localCalls: number;
  cloudCalls: number;
  promptTokens: number;
  completionTokens: number;
  costUsd: number;
  /** What the local calls would have cost on the reference cloud model. */
  savedUsd: number;
  /** Calls whose price nobody knows; their cost is not in `costUsd`. */
  unpricedCalls: number;
}

/** Sums of many small prices are not exact: a millionth of a cent is no reason to refuse. */
export const ROUNDING_USD = 1e-8;

/** Calls that belong together, added up. */
export interface CallGroup extends UsageTotals {
  /** The model's id, the role's name or the workflow's id (empty: calls outside any), or the UTC day like `2026-11-20`. */
  key: string;
  /** Of a workflow: its name at one of its latest calls. */
  title?: string;
  /** Calls that ended with an error; those somebody cancelled are no failures. */
  failures: number;
  /** Of the calls that succeeded (nearest rank); `null` when none did. */
  medianDurationMs: number | null;
  p95DurationMs: number | null;
}

/** The same calls, grouped five ways. */
export interface UsageBreakdown {
  /** Most calls first; equal ones by key. */
  byModel: CallGroup[];
  /** As `byModel`. */
  byRole: CallGroup[];
  /** Calls of experiments; the key is `armKey` of experiment and arm. As `byModel`. */
  byArm: CallGroup[];
  /** As `byModel`. */
  byWorkflow: CallGroup[];
  /** Oldest first; days without calls are left out. */
  byDay: CallGroup[];
}

/** Where model calls are booked. Two processes may book at once. */
export interface Ledger {
  /**
   * Sets aside `estimatedUsd` for a call in all windows at once when in each of them spent + reserved + estimate stay within the
   * limit, else in none. A reservation nobody settles (crash) frees itself after `ttlMs`.
   * @throws {BudgetExceededError | BudgetNeedsPersonError} about the first window it does not fit into
   */
  reserve(reservation: { callId: string; estimatedUsd: number; windows: readonly BudgetWindow[]; ttlMs: number }): Promise<void>;
  /** What booked calls that began in each window have cost, in the order of `windows`. */
  spentUsd(windows: readonly BudgetWindow[]): Promise<number[]>;
  /** Books what the call really cost, in every window it began in, and frees its reservation. */
  settle(entry: LedgerEntry): Promise<void>;
  totals(filter: { runId?: string; taskId?: string; sinceMs?: number }): Promise<UsageTotals>;
  /** Every call that began at `sinceMs` or later. `breakDown` does the adding up for every driver. */
  breakdown(filter: { sinceMs: number }): Promise<UsageBreakdown>;
}
