import { budgetsOf } from '../../router/budgets/budget';
import { windowsAt } from '../../router/budgets/window';
import { EMPTY_MODELS_FILE, type ModelsFile } from '../../router/models-file/schema';
import { assignmentFor } from '../../router/models-file/wishes';

const fileWith = (assign: ModelsFile['assign']): ModelsFile => ({ ...EMPTY_MODELS_FILE, assign });
const WISH = { role: 'lawyer', roleWish: { models: ['a', 'b'], temperature: 0.2 } };

describe('what a role wishes', () => {
  it('holds where the models file says nothing about the role, before its default', () => {
    const wished = { primary: 'a', fallback: ['b'], temperature: 0.2 };
    expect(assignmentFor(WISH, EMPTY_MODELS_FILE)).toEqual(wished);
    expect(assignmentFor(WISH, fileWith({ default: { primary: 'c', fallback: [] } }))).toEqual(wished);
  });

  it('gives way to the assignment of its own in the models file, but for a temperature that says none', () => {
    expect(assignmentFor(WISH, fileWith({ Lawyer: { primary: 'c', fallback: [] } }))).toEqual({ primary: 'c', fallback: [], temperature: 0.2 });
    expect(assignmentFor(WISH, fileWith({ lawyer: { primary: 'c', fallback: [], temperature: 1 } }))?.temperature).toBe(1);
  });

  it('of a temperature alone keeps the models of the default, and makes none', () => {
    const warm = { role: 'lawyer', roleWish: { models: [], temperature: 0.9 } };
    expect(assignmentFor(warm, fileWith({ default: { primary: 'c', fallback: [] } }))).toEqual({ primary: 'c', fallback: [], temperature: 0.9 });
    expect(assignmentFor(warm, EMPTY_MODELS_FILE)).toBeUndefined();
  });
});

describe("a role's budget", () => {
  const facts = { privacy: 'internal', role: 'lawyer', runId: 'r1', taskId: 't1', taskBudgetUsd: 0.5 } as const;

  it('counts all calls for the task, beside the run\'s', () => {
    const windows = windowsAt(budgetsOf({ ...facts, budgetUsd: 2 }, []), facts, 0);
    expect(windows.map(({ scope, of, limitUsd, whenUsedUp }) => [scope, of, limitUsd, whenUsedUp])).toEqual([['task', 'r1/t1', 0.5, 'local'], ['run', 'r1', 2, 'local']]);
  });

  it('is none outside a task', () => expect(budgetsOf({ privacy: 'internal', taskBudgetUsd: 0.5 }, [])).toEqual([]));
});
