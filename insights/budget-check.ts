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

interface Spent {
  window: BudgetWindow;
  spentUsd: number;
}

/** The budget's only window, or of those it gives to each the one that has spent most; `undefined` where it is not known who spends. */
async function dearest(budget: Budget, ledger: SpendingReader, nowMs: number): Promise<Spent | undefined> {
  const { scope, name } = budget;
  if (scope === 'team') return await spentIn(budget, {}, ledger, nowMs);
  if (name !== undefined && (scope === 'role' || scope === 'project')) return await spentIn(budget, { [scope]: name }, ledger, nowMs);
  return scope === 'role' || scope === 'workflow' ? await dearestOfEach({ ...budget, scope }, ledger, nowMs) : undefined;
}

async function dearestOfEach(budget: Budget & { scope: 'role' | 'workflow' }, ledger: SpendingReader, nowMs: number): Promise<Spent | undefined> {
  const [period] = windowsAt([{ ...budget, scope: 'team', name: undefined }], {}, nowMs);
  const groups = (await ledger?.breakdown({ sinceMs: period!.fromMs }))?.[budget.scope === 'role' ? 'byRole' : 'byWorkflow'] ?? [];
  const found = groups.filter(({ key }) => key !== '').flatMap(({ key, title, costUsd }) => {
    const [window] = windowsAt([budget], budget.scope === 'role' ? { role: key } : { workflow: { id: key, name: title } }, nowMs);
    return window ? [{ window: { ...window, name: title ?? key }, spentUsd: costUsd }] : [];
  });
  // Nobody of this name has called a model in this window yet.
  if (found.length === 0 && budget.name !== undefined) return { window: { ...period!, ...budget, of: budget.name }, spentUsd: 0 };
  return found.sort((one, other) => other.spentUsd - one.spentUsd)[0];
}

async function spentIn(budget: Budget, spender: { role?: string; project?: string }, ledger: SpendingReader, nowMs: number): Promise<Spent> {
  const window = windowsAt([budget], spender, nowMs)[0]!;
  return { window, spentUsd: (await ledger?.spentUsd([window]))?.[0] ?? 0 };
}
