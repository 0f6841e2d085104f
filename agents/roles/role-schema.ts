import { z } from 'zod';
import { PRIVACY_LABELS } from '../../privacy';
import { pathTest } from '../../workspace';
import { ROLE_KINDS } from './role';

/** Characters of a role's prompt, about 2,000 tokens: a small model's window must hold the task as well. */
export const MAX_PROMPT_CHARACTERS = 8_000;
export const DEFAULT_STEPS = 8;

const line = (maxCharacters: number) => z.string('must be a text').trim().min(1, 'is empty').max(maxCharacters, `is longer than ${maxCharacters} characters`).refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text), 'must be one line');
const listOf = (entry: z.ZodType<string>, most: number) => z.union([z.array(entry).max(most, `has more than ${most} entries`), entry.transform((one) => [one])], 'must be a list of texts');
/** As the workspace reads it. */
const glob = line(200).refine(isGlob, 'stands for too many paths; use several simple patterns');
const between = (unit: string, least: number, most: number) => z.number(`must be a number of ${unit}`).min(least, `must be ${least} to ${most} ${unit}`).max(most, `must be ${least} to ${most} ${unit}`);
const whole = (unit: string, least: number, most: number) => between(unit, least, most).int(`must be a whole number of ${unit}`);

export const roleName = z.string('must be a text').regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case letters a to z, digits and "-", beginning with a letter, at most 40');

const contractSchema = z.union(
  [
    line(1_000).transform((text) => ({ text })),
    z.strictObject({ text: line(1_000).optional(), file: glob.optional(), schema: z.record(z.string(), z.json()).optional() }),
  ],
  'must be a sentence of at most 1000 characters, or {text, file, schema} with a JSON Schema',
);

/** A role's front matter as it is written; what is left out comes from the role it extends, else from the defaults. Underscores are read as in `time_s` → `timeS`. */
export const roleFileSchema = z.strictObject({
  name: roleName.optional(),
  /** A built-in role whose fields hold where this file says nothing. */
  extends: roleName.optional(),
  title: line(60).optional(),
  kind: z.enum(ROLE_KINDS, `must be ${ROLE_KINDS.join(', ')}`).optional(),
  description: line(300).optional(),
  goal: line(500).optional(),
  expertise: listOf(line(80), 20).optional(),
  outputContract: contractSchema.optional(),
  tools: listOf(line(64), 50).optional(),
  paths: z.strictObject({ read: listOf(glob, 50).optional(), write: listOf(glob, 50).optional() }, 'must be {read, write}').optional(),
  limits: z.strictObject({
    steps: whole('tool turns', 0, 50).optional(),
    tokens: whole('tokens', 1_000, 10_000_000).nullable().optional(),
    timeS: whole('seconds', 10, 86_400).nullable().optional(),
    budgetUsd: between('USD', 0, 1_000).nullable().optional(),
  }, 'must be {steps, tokens, time_s, budget_usd}').optional(),
  models: listOf(line(200), 20).optional(),
  temperature: between('degrees of temperature', 0, 2).optional(),
  privacy: z.enum(PRIVACY_LABELS, `must be ${PRIVACY_LABELS.join(', ')}`).optional(),
  templates: listOf(line(40), 20).optional(),
});
export type RoleFile = z.infer<typeof roleFileSchema>;

function isGlob(text: string): boolean {
  try {
    pathTest([text]);
    return true;
  } catch {
    return false;
  }
}
