import type { Privacy } from '../../privacy';
import type { JsonObject } from '../../kernel';

export const CTO_ROLE = 'cto';
export const QA_ROLE = 'qa';

/** `system` roles lead and judge; only `worker` roles get tasks; a `template` is there to be copied. */
export const ROLE_KINDS = ['system', 'worker', 'template'] as const;
export type RoleKind = (typeof ROLE_KINDS)[number];

/** What an agent is, as data. */
export interface Role {
  /** Unique in a team: lower-case letters, digits and "-", at most 40. */
  name: string;
  title: string;
  /** One line, for lists; the CTO chooses by it. */
  description: string;
  kind: RoleKind;
  goal: string;
  expertise: readonly string[];
  /** How it works: the body of its file. */
  prompt: string;
  outputContract: OutputContract;
  /** Names of tools it may use, built-in and connected; `*` stands for any characters. */
  tools: readonly string[];
  /** Globs of the files it may read and deliver. */
  paths: { read: readonly string[]; write: readonly string[] };
  limits: RoleLimits;
  /** Models it asks first, in this order. The models file's assignment to this role has the last word. */
  models: readonly string[];
  /** 0..2; unset leaves the model's own. */
  temperature?: number;
  /** Only ever raises the label of its tasks. */
  privacy?: Privacy;
  /** Names of templates of the trade it may be given. */
  templates: readonly string[];
}

/** What every delivery of a role must be. */
export interface OutputContract {
  /** In words, for the prompt; empty: nothing beyond the task's criteria. */
  text: string;
  /** Which files the schema is for, as a glob. */
  file: string;
  /** JSON Schema (draft 7) those files must obey. */
  schema?: JsonObject;
}

/** Of one attempt at a task, but for the money; `null`: no limit of its own. */
export interface RoleLimits {
  /** Turns in which the model may call tools, 0..50. */
  steps: number;
  /** Prompt and answer tokens of all model calls, 1,000..10,000,000. */
  tokens: number | null;
  /** Seconds within calls to models and tools, 10..86,400; a person's pause does not count. */
  timeS: number | null;
  /** USD for all attempts at the task, 0..1,000. */
  budgetUsd: number | null;
}

/** Where a role comes from; of two with one name the later one of this list holds, as far as it may. */
export const ROLE_SOURCES = ['built-in', 'hired', 'user'] as const;
export type RoleSource = (typeof ROLE_SOURCES)[number];

/** How a role introduces itself to the model. */
export function introduction({ title, description, goal, expertise, prompt }: Role): string {
  const known = expertise.length > 0 ? `\nYou know: ${expertise.join(', ')}.` : '';
  return `You are the ${title} of a team of AI agents. ${description}\nYour aim: ${goal}${known}${prompt === '' ? '' : `\n${prompt}`}`;
}
