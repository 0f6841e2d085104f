import { AiosError } from '../../kernel';
import type { WhenUsedUp } from './budget';
import type { BudgetWindow } from './window';
import { capitalised, momentInWords, usdInWords, windowInWords, type NamedWindow } from './words';

/** What of a budget its errors tell. */
export type ShownBudget = NamedWindow & Pick<BudgetWindow, 'untilMs' | 'limitUsd' | 'whenUsedUp' | 'setIn'>;

/** The next call could pass a budget. `spentUsd` is what is spent or set aside for calls under way. */
export class BudgetExceededError extends AiosError {
  readonly code = 'BUDGET_EXCEEDED';
  readonly kind = 'user';
  readonly limitUsd: number;
  readonly whenUsedUp: WhenUsedUp;
  constructor(budget: ShownBudget, readonly spentUsd: number) {
    super(factsOf(budget, spentUsd), { hint: `${waysOut(budget)}, or let the router prefer local models.` });
    this.limitUsd = budget.limitUsd;
    this.whenUsedUp = budget.whenUsedUp;
  }
}

/** As BudgetExceededError, of a budget whose author wants to be asked: a task ends at "Needs Person" with this text. */
export class BudgetNeedsPersonError extends AiosError {
  readonly code = 'BUDGET_NEEDS_PERSON';
  readonly kind = 'user';
  readonly limitUsd: number;
  constructor(budget: ShownBudget, readonly spentUsd: number) {
    super(`A person must decide about money. ${factsOf(budget, spentUsd)}`, { hint: `${waysOut(budget)}, or let local models answer when it is used up. Then run it again.` });
    this.limitUsd = budget.limitUsd;
  }
}

export function usedUpError(budget: ShownBudget, spentUsd: number): AiosError {
  return budget.whenUsedUp === 'ask' ? new BudgetNeedsPersonError(budget, spentUsd) : new BudgetExceededError(budget, spentUsd);
}

/** Does what failed not fit into a budget? A shorter answer may. */
export function isRefusedByBudget(error: unknown): boolean {
  return error instanceof BudgetExceededError || error instanceof BudgetNeedsPersonError;
}

/** Ends the whole request: its author does not want another model in the place of the one that cannot be paid. */
export function endsRequest(error: AiosError): boolean {
  return error instanceof BudgetNeedsPersonError || (error instanceof BudgetExceededError && error.whenUsedUp === 'stop');
}

function factsOf(budget: ShownBudget, spentUsd: number): string {
  return `${capitalised(windowInWords(budget))}: ${usdInWords(spentUsd)} of ${usdInWords(budget.limitUsd)} are spent or set aside, and the next call could pass it.`;
}

function waysOut({ setIn, untilMs }: ShownBudget): string {
  return `Raise ${setIn}${untilMs === null ? '' : `, wait until ${momentInWords(untilMs)}`}`;
}
