import type { AiosError } from '../../kernel';
import { NoModelError } from '../errors';
import type { RejectedEntry } from '../no-candidate';
import type { CatalogEntry } from '../catalog';
import { usedUpError } from './errors';

/**
 * Why nobody may answer in the place of the model that cannot be paid; `undefined` when somebody may. A budget that asks or stops does
 * so only when such a model would have been the first: what costs nothing anyway goes on.
 *
 * @param best of all models nothing but a budget keeps from answering
 */
export function refusalOf(best: CatalogEntry | undefined, rejected: readonly RejectedEntry[]): AiosError | undefined {
  const budget = rejected.find(({ entry }) => entry === best)?.rejection.budget;
  return budget && budget.budget.whenUsedUp !== 'local' ? usedUpError(budget.budget, budget.spentUsd) : undefined;
}

/** Those only a budget that asks or stops keeps from answering. */
export function barredByBudget(rejected: readonly RejectedEntry[]): CatalogEntry[] {
  return rejected.filter(({ rejection: { budget } }) => budget !== undefined && budget.budget.whenUsedUp !== 'local').map(({ entry }) => entry);
}

/** When no model is left and budgets are among the reasons. */
export function noAffordableModelError(rejected: readonly RejectedEntry[]): AiosError {
  const budget = rejected.find(({ rejection }) => rejection.budget)?.rejection.budget;
  if (budget) return usedUpError(budget.budget, budget.spentUsd);
  const models = rejected.filter(({ rejection }) => rejection.kind === 'budget').map(({ entry }) => entry.model.id).slice(0, 10).join(', ');
  return new NoModelError(`A budget is set, and nobody knows what a call of ${models} costs, so none was made.`, { hint: 'Write its price into the models file (docs/models-file.md), or use models whose price is known.' });
}
