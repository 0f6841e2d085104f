import { momentInWords, usdInWords, windowInWords, windowsAt, type Budget, type BudgetWindow, type Ledger } from '../router';
import type { DoctorCheck } from './report';

/** What a check needs of the ledger; `undefined` where there is no store yet, so nothing was spent. */
export type SpendingReader = Pick<Ledger, 'spentUsd' | 'breakdown'> | undefined;

interface Standing {
  text: string;
  todo?: string;
}

/** Which budgets there are, what is spent of each now, and which is used up; `undefined` where nobody set any. */
export async function checkBudgets(budgets: readonly Budget[], ledger: SpendingReader, nowMs: number): Promise<DoctorCheck | undefined> {
  if (budgets.length === 0) return undefined;
  const standings = await Promise.all(budgets.map((budget) => standingOf(budget, ledger, nowMs)));
  const todos = standings.flatMap(({ todo }) => (todo === undefined ? [] : [todo]));
  const base = { service: 'budgets', title: 'Budgets', detail: `${standings.map(({ text }) => text).join('; ')}.` } as const;
  return todos.length === 0 ? { ...base, status: 'ok' } : { ...base, status: 'warning', todo: todos.join(' ') };
}

async function standingOf(budget: Budget, ledger: SpendingReader, nowMs: number): Promise<Standing> {
  const found = await dearest(budget, ledger, nowMs);
  if (!found) return { text: `${usdInWords(budget.limitUsd)} for each ${budget.scope}${budget.per ? ` per ${budget.per}` : ''}` };
  const { window, spentUsd } = found;
  const text = `${windowInWords(window)}: ${usdInWords(spentUsd)} of ${usdInWords(window.limitUsd)} spent`;
  if (spentUsd === 0 || spentUsd < window.limitUsd * 0.99) return { text };
  return { text: `${text}, used up (${CONSEQUENCES[budget.whenUsedUp]})`, todo: `Raise ${budget.setIn}, or wait until ${momentInWords(window.untilMs ?? nowMs)}: ${windowInWords(window)} is used up.` };
}

const CONSEQUENCES = { local: 'local models answer', ask: 'a person is asked', stop: 'calls that cost money fail' };

/** The budget's only window, or of those it gives to each the one that has spent most. */
async function dearest(budget: Budget, ledger: SpendingReader, nowMs: number): Promise<{ window: BudgetWindow; spentUsd: number } | undefined> {
  const { scope, name } = budget;
  if (scope === 'team') return await spentIn(windowsAt([budget], {}, nowMs)[0], ledger);
  const [since] = windowsAt([{ ...budget, scope: 'team' }], {}, nowMs);
  if (scope === 'project') return name === undefined ? undefined : await spentIn(windowsAt([budget], { project: name }, nowMs)[0], ledger);
  if (scope === 'run' || scope === 'task' || !since) return undefined;
  const groups = (await ledger?.breakdown({ sinceMs: since.fromMs }))?.[scope === 'role' ? 'byRole' : 'byWorkflow'] ?? [];
  const meant = groups.filter(({ key }) => key !== '').flatMap(({ key, title, costUsd }) => {
    const [window] = windowsAt([budget], scope === 'role' ? { role: key } : { workflow: { id: key, name: title } }, nowMs);
    return window ? [{ window: { ...window, name: name ?? title ?? key }, spentUsd: costUsd }] : [];
  });
  const [first] = meant.sort((one, other) => other.spentUsd - one.spentUsd);
  if (first || name === undefined) return first;
  // Nobody of this name has called a model in this window.
  return { window: { ...since, ...budget, of: name }, spentUsd: 0 };
}

async function spentIn(window: BudgetWindow | undefined, ledger: SpendingReader): Promise<{ window: BudgetWindow; spentUsd: number } | undefined> {
  return window && { window, spentUsd: (await ledger?.spentUsd([window]))?.[0] ?? 0 };
}
