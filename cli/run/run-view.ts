import { z } from 'zod';

const countsSchema = z.object({ pass: z.number(), fail: z.number(), notRun: z.number() });
const usdSchema = z.number().nullable().catch(null);

/** One task as `GET /tasks` shows it (docs/openapi.yaml). */
const taskViewSchema = z.object({
  id: z.string(),
  title: z.string().catch(''),
  role: z.string().catch(''),
  /** Another version of the team may know states of which this one has never heard. */
  status: z.string(),
  attempts: z.number().catch(0),
  model: z.string().nullable().catch(null),
  costUsd: usdSchema,
  reason: z.string().optional().catch(undefined),
  dependsOn: z.array(z.string()).catch([]),
  criteria: countsSchema.nullable().catch(null),
});
export type TaskView = z.infer<typeof taskViewSchema>;

/** A run as `GET /tasks` shows it. What is not essential may be missing: the server may be of another version. */
export const runViewSchema = z.object({
  runId: z.string(),
  title: z.string().catch(''),
  status: z.string(),
  tasks: z.array(taskViewSchema).max(200),
  artifacts: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })).max(10_000).catch([]),
  approvals: z.array(z.object({ id: z.string(), title: z.string().catch('') })).max(200).optional().catch(undefined),
  report: z.string().nullable().catch(null),
  usage: z
    .object({ localCalls: z.number(), cloudCalls: z.number(), promptTokens: z.number(), completionTokens: z.number(), costUsd: usdSchema, savedUsd: usdSchema })
    .catch({ localCalls: 0, cloudCalls: 0, promptTokens: 0, completionTokens: 0, costUsd: null, savedUsd: null }),
  error: z.object({ message: z.string(), hint: z.string().catch('') }).optional().catch(undefined),
});
export type RunView = z.infer<typeof runViewSchema>;

const ENDED = ['done', 'failed', 'waiting', 'stopped'];

/** Whether nothing more will happen by itself. */
export const isOver = ({ status }: RunView): boolean => ENDED.includes(status);
