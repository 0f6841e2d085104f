import { checkBudgets, type DoctorCheck } from '../insights';
import { systemClock } from '../kernel';
import type { Budget } from '../router';
import { teamBudgets, type TeamConfig } from './config';
import { openFigureStores } from './stores';

/** The Doctor's look at what a team may spend, by its configuration and its models file. */
export async function checkTeamBudgets({ config, folder, fileBudgets }: { config: TeamConfig; folder: string; fileBudgets: readonly Budget[] }): Promise<DoctorCheck | undefined> {
  const budgets = [...teamBudgets(config), ...fileBudgets];
  // Without a budget the store stays closed: looking makes no tables.
  if (budgets.length === 0) return undefined;
  try {
    const stores = await openFigureStores({ config, folder });
    const { ledger, clock = systemClock } = stores ?? {};
    return await checkBudgets(budgets, ledger, clock.nowMs()).finally(() => stores?.close());
  } catch {
    // The checks of the store and of Redis say what is wrong with them.
    return undefined;
  }
}
