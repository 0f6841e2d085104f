import type { RequestFacts } from '../request';

export const BUDGET_SCOPES = ['team', 'project', 'workflow', 'role', 'run', 'task'] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/** Calendar hours, days and months of UTC: the same in all processes of a team, and no day of 23 or 25 hours. */
export const BUDGET_PERIODS = ['hour', 'day', 'month'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/**
 * What happens when the model that would answer can no longer be paid. `local`: another one answers, in the end one that costs
 * nothing · `ask`: the call ends with an error that takes its task to a person · `stop`: the call fails.
 */
export const WHEN_USED_UP = ['local', 'ask', 'stop'] as const;
export type WhenUsedUp = (typeof WHEN_USED_UP)[number];

/** How much may be spent on something. */
export interface Budget {
  scope: BudgetScope;
  /** One role, project or workflow (its id or its name). Unset: each for itself. */
  name?: string;
  /** Of no effect for runs and tasks: their budget is for as long as they last. */
  per?: BudgetPeriod;
  /** USD. */
  limitUsd: number;
  whenUsedUp: WhenUsedUp;
  /** Where a person changes it, as messages name it. */
  setIn: string;
}

/** All budgets a request is under but the one for itself. */
export function budgetsOf({ runId, taskId, budgetUsd, taskBudgetUsd }: RequestFacts, standing: readonly Budget[]): readonly Budget[] {
  const ofRun: Budget[] = budgetUsd === undefined || runId === undefined ? [] : [{ scope: 'run', limitUsd: budgetUsd, whenUsedUp: 'local', setIn: "the run's budget" }];
  const ofTask: Budget[] = taskBudgetUsd === undefined || taskId === undefined ? [] : [{ scope: 'task', limitUsd: taskBudgetUsd, whenUsedUp: 'local', setIn: '"budget_usd" of the role' }];
  return ofRun.length + ofTask.length === 0 ? standing : [...standing, ...ofRun, ...ofTask];
}

/** USD this one request may cost, further tries and stronger models included; `undefined`: no such limit. */
export function ownLimitUsd({ runId, budgetUsd, callBudgetUsd }: RequestFacts): number | undefined {
  const limits = [callBudgetUsd, runId === undefined ? budgetUsd : undefined].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
