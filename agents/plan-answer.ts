import { z } from 'zod';
import { PRIVACY_LABELS } from '../privacy';
import type { OutputSchema } from '../router';
import { outputSchema } from './output-schema';

export const PLAN_SCHEMA_NAME = 'aios_plan';

/** What each executing kind of check needs. The runner's commands are not offered: they need packages, and where those are missing every run would end at a person. */
const NEEDED_TOOLS = { 'python-unittest': 'python', 'js-test': 'javascript', bash: 'bash' } as const;
const READ_ONLY_CHECKS = ['file', 'json', 'yaml', 'sql', 'dockerfile', 'kubernetes'] as const;
export type OfferedCheck = (typeof READ_ONLY_CHECKS)[number] | keyof typeof NEEDED_TOOLS;

/** Kinds of check a plan may ask for: those that execute something only where it can be executed. */
export function offeredChecks(tools: readonly string[]): [OfferedCheck, ...OfferedCheck[]] {
  const executing = (Object.keys(NEEDED_TOOLS) as Array<keyof typeof NEEDED_TOOLS>).filter((kind) => tools.includes(NEEDED_TOOLS[kind]));
  return [...READ_ONLY_CHECKS, ...executing] as [OfferedCheck, ...OfferedCheck[]];
}

const checkOfferSchema = (checks: readonly [OfferedCheck, ...OfferedCheck[]]) => z.object({
  kind: z.enum(checks),
  path: z.string().describe('one of the deliverables'),
  contains: z.string().nullable().describe('text the file must contain (bash: the script must print), else null'),
  keys: z.array(z.string()).nullable().describe('json, yaml: dotted keys that must be there, else null'),
  required: z.boolean(),
});

/** What the model is shown: the plan's own shape without what the team fills in (run, goal, cost). */
const planOfferSchema = (roles: readonly string[], checks: readonly [OfferedCheck, ...OfferedCheck[]]) => z.object({
  summary: z.string().describe('one or two sentences'),
  tasks: z.array(z.object({
    id: z.string().describe('short and unique: t1, t2, …'),
    title: z.string(),
    role: z.enum(roles),
    instructions: z.string().describe('all the worker needs; it sees nothing but this, the goal and the files of the tasks it depends on'),
    dependsOn: z.array(z.string()).describe('ids of tasks that must be finished first; never a circle'),
    acceptance: z.array(z.object({ id: z.string().describe('a1, a2, …'), text: z.string(), check: checkOfferSchema(checks).nullable() })).min(1),
    deliverables: z.array(z.string().describe('relative path')).min(1),
    privacy: z.enum(PRIVACY_LABELS),
    optional: z.boolean(),
  })).min(1),
  decisions: z.array(z.object({ scope: z.enum(['platform', 'project']), text: z.string() })),
  estimate: z.object({ minutes: z.number() }),
});

/** @param roles that tasks may be given to */
export function planOutputSchema(roles: readonly string[], checks: readonly [OfferedCheck, ...OfferedCheck[]]): OutputSchema {
  return outputSchema(PLAN_SCHEMA_NAME, planOfferSchema(roles, checks));
}

/** What an answer must have around its tasks; the tasks themselves are judged by the plan rules of runs. */
export const planFrameSchema = z.object({
  summary: z.string().catch(''),
  tasks: z.array(z.unknown()).min(1),
  decisions: z.array(z.object({ scope: z.enum(['platform', 'project']).catch('project'), text: z.string() })).catch([]),
  estimate: z.object({ minutes: z.number().min(0) }).catch({ minutes: 0 }),
});
export type PlanFrame = z.infer<typeof planFrameSchema>;

/** Models are made to write `null` where the contracts leave a property out. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null).map(([key, item]) => [key, withoutNulls(item)]));
}
