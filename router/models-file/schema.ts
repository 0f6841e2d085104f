import { z } from 'zod';
import { budgetsSchema } from './budgets-schema';
import { limitsSchema } from './limits-schema';
import { experimentsSchema } from './experiments-schema';
import { PRESETS } from '../request';
import { SIGNS } from '../weights';

const name = z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters');
const usd = z.number().min(0, 'is below 0');
const priceSchema = z.union(
  [
    z.strictObject({ prompt: usd, completion: usd }),
    z.strictObject({ input: usd, output: usd }).transform(({ input, output }) => ({ prompt: input, completion: output })),
    usd.transform((both) => ({ prompt: both, completion: both })),
  ],
  'must be {prompt: USD, completion: USD} per million tokens, one number for both, or null for unknown',
);

/** Field names as they stand in the file, but for underscores: `use_for` is read as `useFor`. */
export const entrySchema = z.object({
  /** What people call it; other fields and the nodes may name the model by it. */
  name,
  /** Default: local for Ollama and for addresses of this machine. */
  type: z.enum(['local', 'cloud'], 'must be local or cloud').optional(),
  /** `ollama`, `anthropic`; anything else speaks the OpenAI chat API. */
  provider: z.string().trim().regex(/^[a-z0-9][a-z0-9._-]{0,49}$/i, 'must be ollama, anthropic, openai, openai-compatible or another name of letters, digits, "." and "-"').transform((text) => text.toLowerCase()),
  /** Unset: the service of this provider that the credential names. */
  endpoint: z.string().trim().transform((text) => text.replace(/\/+$/, '')).refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'is no address; write it like http://host:port').optional(),
  /** The name the provider knows. */
  model: name,
  /** Roles, or kinds of requests: simple, complex, tools, json, vision, or one of `INTENTS`. A wish, not a rule. */
  useFor: z.union([z.array(name).max(50), name.transform((one) => [one])], 'must be a list of words').optional(),
  /** `null`: nobody knows it. */
  price: priceSchema.nullable().optional(),
  contextTokens: z.number().int('must be a whole number').min(512, 'is below 512').max(100_000_000).optional(),
  abilities: z.array(z.enum(['tools', 'json', 'vision'], 'must be tools, json or vision')).optional(),
  strength: z.number().min(0, 'is below 0').max(1, 'is above 1').optional(),
  /** The score is multiplied by it. */
  weight: z.number().min(0.1, 'is below 0.1').max(3, 'is above 3').optional(),
  /** The author's word that an address outside this machine is his own, and may see secrets. */
  local: z.boolean('must be true or false').optional(),
});
export type ModelsFileEntry = z.infer<typeof entrySchema>;

export const assignmentSchema = z.object({
  primary: name,
  fallback: z.union([z.array(name).max(20), name.transform((one) => [one])], 'must be a list of models').default([]),
  temperature: z.number().min(0, 'is below 0').max(2, 'is above 2').optional(),
});
/** Which models a role asks first, by name, model or `provider/model`. */
export type Assignment = z.infer<typeof assignmentSchema>;

const weightsSchema = z.partialRecord(z.enum(SIGNS), z.number().min(0, 'is below 0').max(1, 'is above 1'));

export const modelsFileSchema = z.object({
  models: z.array(entrySchema).max(500, 'has more than 500 models').default([]),
  /** By role; `default` stands for all roles that are not named. */
  assign: z.record(z.string(), z.union([assignmentSchema, name.transform((primary): Assignment => ({ primary, fallback: [] }))], 'must be a model, or {primary, fallback, temperature}')).default({}),
  /** What a preset cares about; signs that are not named keep their weight. */
  presets: z.partialRecord(z.enum(PRESETS), weightsSchema).default({}),
  budgets: budgetsSchema,
  /** By provider or model. */
  limits: limitsSchema,
  experiments: experimentsSchema,
});
export type ModelsFile = z.infer<typeof modelsFileSchema>;

export const EMPTY_MODELS_FILE: ModelsFile = { models: [], assign: {}, presets: {}, budgets: [], limits: {}, experiments: [] };
