import { InvalidInputError, type Clock } from '../../kernel';
import { callBounds, type CallBound } from '../cost';
import { ROUNDING_USD, type Ledger } from '../ledger';
import type { CatalogModel } from '../model-driver';
import type { ModelRequest, RequestFacts } from '../request';
import { budgetsOf, ownLimitUsd, type Budget } from './budget';
import { BudgetExceededError, isRefusedByBudget, type ShownBudget } from './errors';
import { windowsAt, type BudgetWindow } from './window';

/** A budget as a request found it. */
export interface BudgetState {
  budget: ShownBudget;
  spentUsd: number;
}

/** A reservation outlives any call we would still wait for, and no longer than a crash should block a budget. */
const RESERVATION_TTL_MS = 15 * 60_000;

/** The budgets of one request, from the choice of a model to the last of its calls, which follow each other. */
export class RequestBudgets {
  /** By the calls of this request alone; no other can spend from its own limit. */
  private ownSpentUsd = 0;

  private constructor(
    private readonly request: ModelRequest,
    private readonly budgets: readonly Budget[],
    private readonly deps: { ledger: Ledger; clock: Clock },
    private readonly shared: ReadonlyArray<{ budget: BudgetWindow; spentUsd: number }>,
  ) {}

  /** Asks the ledger only where a budget holds for this request. @throws {InvalidInputError} when one of its own is no number */
  static async of(request: ModelRequest, standing: readonly Budget[], deps: { ledger: Ledger; clock: Clock }): Promise<RequestBudgets> {
    assertBudgets(request.facts);
    const budgets = budgetsOf(request.facts, standing);
    const windows = budgets.length === 0 ? [] : windowsAt(budgets, request.facts, deps.clock.nowMs());
    const spentUsd = windows.length === 0 ? [] : await deps.ledger.spentUsd(windows);
    return new RequestBudgets(request, budgets, deps, windows.map((budget, index) => ({ budget, spentUsd: spentUsd[index]! })));
  }

  /** Strictest first. */
  states(): BudgetState[] {
    const own = this.own();
    return own ? [...this.shared, own] : [...this.shared];
  }

  /**
   * Sets aside what the call may cost at most, in all windows it falls into now.
   *
   * @returns the bounds the provider is told; `undefined` where no budget is to be kept, or the model costs nothing
   * @throws {BudgetExceededError | BudgetNeedsPersonError} when even a short answer does not fit
   */
  async reserve(callId: string, model: CatalogModel, promptTokens: number): Promise<CallBound | undefined> {
    const states = this.states();
    if (states.length === 0) return undefined;
    const restUsd = Math.min(...states.map(({ budget, spentUsd }) => budget.limitUsd - spentUsd));
    let refusal: unknown;
    for (const bound of callBounds(model, this.request, promptTokens, restUsd)) {
      try {
        await this.setAside(callId, bound.mostUsd);
        return bound;
      } catch (error) {
        if (!isRefusedByBudget(error)) throw error;
        refusal = error;
      }
    }
    if (refusal) throw refusal;
    return undefined;
  }

  /** @param costUsd of a call that has ended; `null` when nobody knows */
  spent(costUsd: number | null): void {
    this.ownSpentUsd += costUsd ?? 0;
  }

  private async setAside(callId: string, estimatedUsd: number): Promise<void> {
    const own = this.own();
    if (own && own.spentUsd + estimatedUsd > own.budget.limitUsd + ROUNDING_USD) throw new BudgetExceededError(own.budget, own.spentUsd);
    const windows = this.windows();
    if (windows.length > 0) await this.deps.ledger.reserve({ callId, estimatedUsd, windows, ttlMs: RESERVATION_TTL_MS });
  }

  /** A call that waited past midnight belongs to the new day. */
  private windows(): BudgetWindow[] {
    const nowMs = this.deps.clock.nowMs();
    const windows = this.shared.map(({ budget }) => budget);
    return windows.every(({ untilMs }) => untilMs === null || nowMs < untilMs) ? windows : windowsAt(this.budgets, this.request.facts, nowMs);
  }

  private own(): BudgetState | undefined {
    const limitUsd = ownLimitUsd(this.request.facts);
    if (limitUsd === undefined) return undefined;
    return { budget: { scope: 'call', of: '', fromMs: 0, untilMs: null, limitUsd, whenUsedUp: 'local', setIn: '"Budget per Call (USD)"' }, spentUsd: this.ownSpentUsd };
  }
}

/** An expression may give anything, and a budget that is no number would hold nothing back. @throws {InvalidInputError} */
function assertBudgets({ budgetUsd, taskBudgetUsd, callBudgetUsd }: RequestFacts): void {
  for (const [name, given] of Object.entries({ "The run's budget": budgetUsd, "The task's budget": taskBudgetUsd, '"Budget per Call (USD)"': callBudgetUsd })) {
    if (given === undefined || (String(given ?? '').trim() !== '' && Number.isFinite(Number(given)) && Number(given) >= 0)) continue;
    throw new InvalidInputError(`${name} is ${JSON.stringify(String(given))}; it must be a number of US dollars, 0 or more. Nothing was asked.`, { hint: 'Write it like 5 or 0.50, look at what its expression gives, or take it out to have no such budget.' });
  }
}
