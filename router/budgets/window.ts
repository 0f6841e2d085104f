import type { LedgerEntry } from '../ledger';
import type { RequestFacts } from '../request';
import { BUDGET_PERIODS, BUDGET_SCOPES, WHEN_USED_UP, type Budget, type BudgetPeriod, type BudgetScope } from './budget';

/** One count of money: of what, and from when until when. */
export interface Counter {
  /** The same for everybody who counts the same, whatever the limit: `who`, and `when` if there is one. */
  key: string;
  /** `team`, `role backend`, `task run/task` */
  who: string;
  /** `day 2026-11-21`; empty for as long as a run or task lasts. */
  when: string;
  scope: BudgetScope;
  /** The id of the run or workflow, `run/task`, or the name in lower case; empty for the team. */
  of: string;
  /** Milliseconds since 1970; 0 for as long as a run or task lasts. */
  fromMs: number;
  /** Milliseconds since 1970, not included; `null` for as long as a run or task lasts. */
  untilMs: number | null;
}

/** A budget at a moment, for one request: its count, and how far that may go. */
export interface BudgetWindow extends Counter, Budget {}

/** What of a request or a booked call says whose money it spends. */
export type Spender = Pick<RequestFacts, 'runId' | 'taskId' | 'role' | 'project'> & { workflow?: { id: string; name?: string } };

/** The windows a call falls into that begins at `atMs`, strictest first: whoever is stopped by several hears of the hardest. */
export function windowsAt(budgets: readonly Budget[], spender: Spender, atMs: number): BudgetWindow[] {
  const windows = budgets.flatMap((budget) => {
    const of = spenderIn(budget.scope, spender);
    return of === undefined || !isMeant(budget, of, spender) ? [] : [{ ...budget, ...counterOf(budget.scope, of, budget.per === undefined || isWhole(budget.scope) ? WHOLE : periodAt(budget.per, atMs)) }];
  });
  const hardness = ({ whenUsedUp }: Budget) => WHEN_USED_UP.indexOf(whenUsedUp);
  return windows.sort((one, other) => hardness(other) - hardness(one) || one.limitUsd - other.limitUsd);
}

/** Everything a booked call may count for. */
export function countersOf(entry: Pick<LedgerEntry, 'atMs' | 'workflow'> & Omit<Spender, 'workflow'>): Counter[] {
  const spender: Spender = { ...entry, workflow: entry.workflow === undefined ? undefined : { id: entry.workflow } };
  const periods = BUDGET_PERIODS.map((per) => periodAt(per, entry.atMs));
  return BUDGET_SCOPES.flatMap((scope) => {
    const of = spenderIn(scope, spender);
    if (of === undefined) return [];
    return (isWhole(scope) ? [WHOLE] : periods).map((period) => counterOf(scope, of, period));
  });
}

/** Names are compared without regard to case, as roles in the models file are. */
export function plainName(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, ' ').slice(0, 200);
}

function spenderIn(scope: BudgetScope, { runId, taskId, role, workflow, project }: Spender): string | undefined {
  switch (scope) {
    case 'team': return '';
    case 'run': return runId;
    case 'task': return runId === undefined || taskId === undefined ? undefined : `${runId}/${taskId}`;
    case 'workflow': return workflow?.id;
    case 'role': return role === undefined ? undefined : plainName(role);
    case 'project': return project === undefined ? undefined : plainName(project);
  }
}

function isMeant({ scope, name }: Budget, of: string, { workflow }: Spender): boolean {
  if (name === undefined) return true;
  const isSame = (text: string | undefined) => text !== undefined && plainName(text) === plainName(name);
  return scope === 'workflow' ? isSame(of) || isSame(workflow?.name) : isSame(of);
}

/** Lengths of ISO 8601 texts: `2026-11-21T14`, `2026-11-21`, `2026-11`. */
const LABEL_LENGTHS: Record<BudgetPeriod, number> = { hour: 13, day: 10, month: 7 };

type Period = Pick<Counter, 'when' | 'fromMs' | 'untilMs'>;

const WHOLE: Period = { when: '', fromMs: 0, untilMs: null };

function periodAt(per: BudgetPeriod, atMs: number): Period {
  return { when: `${per} ${periodLabel(per, atMs)}`, ...bounds(per, atMs) };
}

function counterOf(scope: BudgetScope, of: string, period: Period): Counter {
  const who = scope === 'team' ? scope : `${scope} ${of}`;
  return { key: period === WHOLE ? who : `${who} ${period.when}`, who, scope, of, ...period };
}

/** A run or a task has one budget for all of it, however long it lasts. */
function isWhole(scope: BudgetScope): boolean {
  return scope === 'run' || scope === 'task';
}

/** The period as people write it, UTC. */
export function periodLabel(per: BudgetPeriod, atMs: number): string {
  return new Date(atMs).toISOString().slice(0, LABEL_LENGTHS[per]);
}

const HOUR_MS = 3_600_000;

function bounds(per: BudgetPeriod, atMs: number): { fromMs: number; untilMs: number } {
  const lengthMs = per === 'hour' ? HOUR_MS : 24 * HOUR_MS;
  const startMs = Math.floor(atMs / lengthMs) * lengthMs;
  if (per !== 'month') return { fromMs: startMs, untilMs: startMs + lengthMs };
  const date = new Date(atMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { fromMs: Date.UTC(year, month), untilMs: Date.UTC(year, month + 1) };
}
