import { z } from 'zod';
import { PRIVACY_LABELS } from '../privacy';

// Models leave fields out, write null for "none" and one text where a list is meant. Whatever cannot be read counts as left out.
const looseText = z.union([z.string(), z.number()]).transform((value) => String(value).trim() || undefined).optional().catch(undefined);
const looseTexts = z
  .union([z.array(looseText), looseText.transform((text) => [text])])
  .transform((texts) => texts.filter((text) => text !== undefined))
  .optional()
  .catch(undefined);

const draftCriterionSchema = z.union([
  z.string().transform((text) => ({ id: undefined, text: text.trim() || undefined, check: undefined as unknown })),
  z.object({ id: looseText, text: looseText, check: z.unknown().optional() }),
]);

const draftTaskSchema = z.object({
  id: looseText,
  title: looseText,
  role: looseText,
  instructions: looseText,
  dependsOn: looseTexts,
  acceptance: z.array(draftCriterionSchema.catch({ id: undefined, text: undefined, check: undefined })).optional().catch(undefined),
  deliverables: looseTexts,
  privacy: z.enum(PRIVACY_LABELS).optional().catch(undefined),
  optional: z.boolean().optional().catch(undefined),
});

/** A task as a model wrote it: every field may be missing. */
export type DraftTask = z.infer<typeof draftTaskSchema>;
export type DraftCriterion = NonNullable<DraftTask['acceptance']>[number];

/** @returns undefined when there is no list of tasks to be found */
export function readDraft(draft: unknown): DraftTask[] | undefined {
  const parsed = z.object({ tasks: z.array(draftTaskSchema.catch({})) }).safeParse(draft);
  return parsed.success ? parsed.data.tasks : undefined;
}
