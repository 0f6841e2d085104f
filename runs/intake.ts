import { z } from 'zod';
import { InvalidInputError } from '../kernel';
import { DEFAULT_PRIVACY, PRIVACY_LABELS, type Privacy, strictestPrivacy } from '../privacy';
import { projectFolder } from '../workspace';
import type { NewRun } from './run';

export const MAX_GOAL_CHARACTERS = 20_000;
const MAX_TITLE_CHARACTERS = 200;
const MAX_PROJECT_CHARACTERS = 100;
/** A year; a longer deadline is a typing error, and far ones leave the range of dates. */
const MAX_DEADLINE_S = 366 * 24 * 60 * 60;

/** What the one who set up the intake allows; a request can only narrow it. */
export interface IntakeLimits {
  /** USD; `null` means no limit. */
  maxBudgetUsd: number | null;
  minPrivacy: Privacy;
  /** Seconds from now; `null` or unset means no limit. */
  maxDeadlineS?: number | null;
  /** Host names a callback may go to; none by default. */
  callbackHosts?: readonly string[];
}

export interface NewGoal extends NewRun {
  callbackUrl?: string;
}

const count = (value: number) => value.toLocaleString('en-US');

const goalSchema = z
  .string({ error: 'must be a text' })
  .trim()
  .min(1, 'is empty; say what the team should do')
  .refine((goal) => goal.length <= MAX_GOAL_CHARACTERS, {
    error: (issue) => `has ${count(String(issue.input).length)} characters; at most ${count(MAX_GOAL_CHARACTERS)} are taken. Put long material into files or links`,
  });

const newGoalSchema = z.strictObject({
  goal: goalSchema,
  project: z.string({ error: 'must be a text' }).trim().min(1, 'is empty; leave it out instead').max(MAX_PROJECT_CHARACTERS, `is longer than ${MAX_PROJECT_CHARACTERS} characters`).refine(isProject, 'cannot be the name of a project; use a plain name such as "shop"').optional(),
  title: z.string({ error: 'must be a text' }).trim().min(1, 'is empty; leave it out instead').max(MAX_TITLE_CHARACTERS, `is longer than ${MAX_TITLE_CHARACTERS} characters`).optional(),
  privacy: z.enum(PRIVACY_LABELS, { error: `must be one of ${PRIVACY_LABELS.join(', ')}` }).optional(),
  budgetUsd: z.number({ error: 'must be a number of US dollars' }).min(0, 'must be 0 or more').optional(),
  deadlineS: z.number({ error: 'must be a number of seconds' }).positive('must be more than 0').max(MAX_DEADLINE_S, `must be at most ${count(MAX_DEADLINE_S)} (a year)`).optional(),
  callbackUrl: z.string({ error: 'must be a text' }).max(2_000, 'is longer than 2,000 characters').optional(),
  submittedBy: z.string({ error: 'must be a text' }).trim().min(1, 'is empty; leave it out instead').max(60, 'is longer than 60 characters').optional(),
});

/** Looked at now, and not when the first file is to be kept. */
function isProject(name: string): boolean {
  try {
    return projectFolder(name) !== '';
  } catch {
    return false;
  }
}

const FIELDS = Object.keys(newGoalSchema.shape);

/**
 * Reads a request for a new run, as a program sent it. Its values only narrow: the smaller budget and deadline hold, privacy only rises.
 *
 * @param body parsed JSON, of any shape
 * @throws {InvalidInputError} with one sentence per wrong field
 */
export function readNewGoal(body: unknown, limits: IntakeLimits, nowMs: number): NewGoal {
  const parsed = newGoalSchema.safeParse(body);
  if (!parsed.success) throw invalidGoal(parsed.error.issues.flatMap(describeIssue));
  const { goal, title, project, privacy, budgetUsd, deadlineS, callbackUrl, submittedBy } = parsed.data;
  if (callbackUrl !== undefined) assertCallbackAllowed(callbackUrl, limits.callbackHosts ?? []);
  const narrowedDeadlineS = narrower(deadlineS, limits.maxDeadlineS);
  return {
    goal,
    ...(title !== undefined && { title }),
    ...(project !== undefined && { project }),
    limits: {
      privacy: strictestPrivacy(limits.minPrivacy, privacy ?? DEFAULT_PRIVACY),
      budgetUsd: narrower(budgetUsd, limits.maxBudgetUsd),
      deadlineAtMs: narrowedDeadlineS === null ? null : nowMs + Math.round(narrowedDeadlineS * 1_000),
    },
    ...(callbackUrl !== undefined && { callbackUrl }),
    ...(submittedBy !== undefined && { submittedBy }),
  };
}

function narrower(asked: number | undefined, allowed: number | null | undefined): number | null {
  if (asked === undefined) return allowed ?? null;
  return allowed === null || allowed === undefined ? asked : Math.min(asked, allowed);
}

function assertCallbackAllowed(callbackUrl: string, hosts: readonly string[]): void {
  const url = URL.canParse(callbackUrl) ? new URL(callbackUrl) : undefined;
  if (!url || !['https:', 'http:'].includes(url.protocol)) throw invalidGoal(['"callbackUrl" is no http(s) address']);
  if (url.username || url.password) throw invalidGoal(['"callbackUrl" must not hold a user name or password']);
  if (!hosts.some((host) => host.toLowerCase() === url.hostname)) {
    const allowed = hosts.length === 0 ? 'no host is allowed here' : `allowed hosts are ${hosts.join(', ')}`;
    throw invalidGoal([`"callbackUrl" goes to the host ${url.hostname}, which is not on the list of allowed hosts (${allowed}); leave it out and ask the status address instead`]);
  }
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.slice(0, 5).map((key) => `${JSON.stringify(key.slice(0, 60))} is no known field (known: ${FIELDS.join(', ')})`);
  if (issue.path.length === 0) return ['The body must be a JSON object such as {"goal": "…"}'];
  return [`"${issue.path.join('.')}" ${issue.message}`];
}

function invalidGoal(problems: readonly string[]): InvalidInputError {
  return new InvalidInputError(`${problems.join('; ')}.`, { hint: `Send JSON with "goal" and, if wanted, ${FIELDS.slice(1).join(', ')}.` });
}
