import { z } from 'zod';
import { PRIVACY_LABELS } from '../privacy';
import { decisionSchema } from '../router';

/** Largest plan a run may have; a goal that needs more is cut into several runs. */
export const MAX_TASKS = 30;

export const CHECK_KINDS = ['file', 'json', 'yaml', 'sql', 'dockerfile', 'kubernetes', 'python-unittest', 'js-test', 'bash', 'runner'] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];

/** What the `runner` may be asked to run; its own image has them. */
export const RUNNER_COMMANDS = ['pytest', 'unittest', 'jest', 'node-test', 'tsc'] as const;

/** Longest an executing check may take, and what it gets when it says nothing. */
export const MAX_CHECK_S = 120;
export const DEFAULT_CHECK_S = 30;

/** Something a machine can find out about delivered files: data, never prose. A check that could not run is `notRun`. */
export const checkSchema = z.object({
  kind: z.enum(CHECK_KINDS),
  /** File it looks at or runs, relative to the run's files. */
  path: z.string().min(1).max(300),
  /** `file`: text it must contain. `bash`: text the script must print. With the others: text the file must contain. */
  contains: z.string().max(2_000).optional(),
  /** `json`, `yaml`: keys (dotted) that must be there. */
  keys: z.array(z.string().max(200)).max(50).optional(),
  /** `runner`: what is run on the path. */
  command: z.enum(RUNNER_COMMANDS).optional(),
  /** `bash`: given to the script. */
  arguments: z.array(z.string().max(500)).max(20).optional(),
  /** `bash`: default 0. */
  exitCode: z.number().int().min(0).max(255).optional(),
  /** The executing kinds: seconds until it counts as hanging. */
  timeoutS: z.number().min(1).max(MAX_CHECK_S).optional(),
  /** The executing kinds: files put beside the delivered ones, which win where both have a path. */
  setup: z.array(z.object({ path: z.string().min(1).max(300), content: z.string().max(50_000) })).max(10).optional(),
  required: z.boolean().default(true),
});
export type Check = z.infer<typeof checkSchema>;

export const criterionSchema = z.object({
  id: z.string().min(1).max(60),
  text: z.string().min(1).max(1_000),
  check: checkSchema.optional(),
});
export type Criterion = z.infer<typeof criterionSchema>;

export const planTaskSchema = z.object({
  id: z.string().min(1).max(60),
  title: z.string().min(1).max(200),
  role: z.string().min(1).max(60),
  instructions: z.string().min(1).max(8_000),
  dependsOn: z.array(z.string()),
  acceptance: z.array(criterionSchema).min(1).max(20),
  /** Paths of the files the task should deliver. */
  deliverables: z.array(z.string().max(300)).max(50),
  privacy: z.enum(PRIVACY_LABELS),
  /** The run can finish without it. */
  optional: z.boolean(),
});
export type PlanTask = z.infer<typeof planTaskSchema>;

export const planSchema = z.object({
  runId: z.string(),
  goal: z.string(),
  summary: z.string(),
  /** Who wants the goal done, as the workflow that planned it says; no model writes this. */
  askedBy: z.string().optional(),
  tasks: z.array(planTaskSchema).min(1).max(MAX_TASKS),
  decisions: z.array(z.object({ scope: z.enum(['platform', 'project']), text: z.string() })),
  /** `costUsd` null: the price of the likely model is unknown. */
  estimate: z.object({ costUsd: z.number().nullable(), minutes: z.number() }),
});
export type Plan = z.infer<typeof planSchema>;

/** One file an attempt delivers; `content` is text. */
export const artifactSchema = z.object({ path: z.string().min(1).max(300), content: z.string() });
export type Artifact = z.infer<typeof artifactSchema>;

/** What an attempt used over all its calls. */
export const usageSchema = z.object({
  promptTokens: z.number().int(),
  completionTokens: z.number().int(),
  costUsd: z.number().nullable(),
  localCalls: z.number().int(),
  cloudCalls: z.number().int(),
});
export type Usage = z.infer<typeof usageSchema>;

export const resultSchema = z.object({
  runId: z.string(),
  taskId: z.string(),
  attempt: z.number().int().min(1),
  status: z.enum(['done', 'blocked', 'stopped']),
  reason: z.string().optional(),
  summary: z.string(),
  artifacts: z.array(artifactSchema),
  usage: usageSchema,
  /** Set when an error ended the attempt; tells QA whether another attempt can help. */
  error: z.object({ code: z.string(), kind: z.enum(['user', 'temporary', 'bug']), message: z.string(), hint: z.string() }).optional(),
  /** The last call's; absent when no model was reached. */
  decision: decisionSchema.optional(),
});
export type Result = z.infer<typeof resultSchema>;

export const verdictSchema = z.object({
  runId: z.string(),
  taskId: z.string(),
  attempt: z.number().int().min(1),
  passed: z.boolean(),
  criteria: z.array(z.object({ id: z.string(), state: z.enum(['pass', 'fail', 'notRun']), evidence: z.string() })),
  findings: z.array(z.string()),
  /** A person must look: a required check could not run, or the work is beyond the team. */
  needsPerson: z.string().optional(),
  /** No judgement of the work. `ended`: a technical fault ended the attempt · `unjudged`: it came back without result or verdict and goes on where it was. */
  fault: z.enum(['ended', 'unjudged']).optional(),
  /** A person decided instead of QA, on a task that needed one; set by the person desk alone. */
  person: z.object({ name: z.string(), then: z.enum(['retry', 'resume', 'accept', 'skip']) }).optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;
