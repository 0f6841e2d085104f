import { z } from 'zod';
import { BUDGET_PERIODS, WHEN_USED_UP, type Budget } from '../budgets/budget';

/** Named by a word (`role`: each role for itself) or with the one that is meant (`{role: backend}`). */
const EACH = ['team', 'project', 'workflow', 'role', 'run', 'task'] as const;
const named = z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters');
const whoseSchema = z.union(
  [
    z.enum(EACH).transform((scope) => ({ scope, name: undefined })),
    z.strictObject({ role: named }).transform(({ role }) => ({ scope: 'role' as const, name: role })),
    z.strictObject({ workflow: named }).transform(({ workflow }) => ({ scope: 'workflow' as const, name: workflow })),
    z.strictObject({ project: named }).transform(({ project }) => ({ scope: 'project' as const, name: project })),
  ],
  'must be team, project, workflow, role, run or task, or one of them by name: {role: backend}, {workflow: Sales report}, {project: Shop}',
);

export const budgetSchema = z.object({
  for: whoseSchema,
  per: z.enum(BUDGET_PERIODS, 'must be hour, day or month').optional(),
  usd: z.number('must be a number of US dollars').min(0, 'is below 0').max(1_000_000_000, 'is above a billion'),
  whenUsedUp: z.enum(WHEN_USED_UP, 'must be local, ask or stop').default('local'),
});

/** Budgets as the router knows them. */
export const budgetsSchema = z
  .array(budgetSchema)
  .max(100, 'has more than 100 budgets')
  .superRefine((budgets, context) => budgets.forEach(({ for: { scope }, per }, index) => {
    if (per === undefined && scope !== 'run' && scope !== 'task') context.addIssue({ code: 'custom', path: [index, 'per'], message: `is missing: a budget for ${scope} is per hour, day or month` });
  }))
  .transform((budgets) => budgets.map(({ for: { scope, name }, per, usd, whenUsedUp }): Budget => ({ scope, ...(name !== undefined && { name }), ...(per && scope !== 'run' && scope !== 'task' && { per }), limitUsd: usd, whenUsedUp, setIn: 'it in the models file' })))
  .default([]);

/** As they stand in the file. */
export function budgetsForFile(budgets: readonly Budget[]): object[] {
  return budgets.map(({ scope, name, per, limitUsd, whenUsedUp }) => ({ for: name === undefined ? scope : { [scope]: name }, ...(per && { per }), usd: limitUsd, when_used_up: whenUsedUp }));
}
