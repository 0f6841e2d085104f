import { z } from 'zod';
import { PRIVACY_LABELS } from '../privacy';
import { PRESETS } from './request';
import { SIGNS } from './weights';

/** Tokens as the provider counted them. */
export const replyUsageSchema = z.object({
  promptTokens: z.number().int().min(0),
  completionTokens: z.number().int().min(0),
});
export type ReplyUsage = z.infer<typeof replyUsageSchema>;

/** Kinds of requests a small local model can tell; `use_for` of the models file understands them. */
export const INTENTS = ['code', 'reasoning', 'writing', 'extraction', 'translation', 'chat'] as const;
export type Intent = (typeof INTENTS)[number];

/** Why the router chose the model it chose. USD `null` means the price is unknown, never that it is free. */
export const decisionSchema = z.object({
  callId: z.string(),
  model: z.string(),
  provider: z.string(),
  local: z.boolean(),
  /** In one or two sentences for a person. Absent in decisions of models that are not the router's. */
  why: z.string().optional(),
  /** The label that held: the author's, or `secret` where the content raised it. */
  privacy: z.enum(PRIVACY_LABELS),
  /** What in the content raised it, by type (`credit-card`), never the text. Absent when the label is the author's. */
  raisedBy: z.array(z.string()).optional(),
  /** 0 (trivial) .. 1 (hardest). */
  complexity: z.number().min(0).max(1),
  /** 0..1, how sure the complexity estimate is. */
  confidence: z.number().min(0).max(1),
  /** The complexity is what the team's own outcomes taught, not the shipped model's. */
  calibrated: z.literal(true).optional(),
  preset: z.enum(PRESETS),
  /** What each sign counted, 0..1: the preset's, as the models file or the node has changed them. */
  weights: z.record(z.enum(SIGNS), z.number()).optional(),
  candidates: z.array(z.object({ model: z.string(), score: z.number(), rejected: z.string().optional() })),
  estimatedCostUsd: z.number().nullable(),
  costUsd: z.number().nullable(),
  cached: z.boolean(),
  escalatedFrom: z.string().optional(),
  /** What was wrong with the answer that was given up (`REFUSED`, `BAD_TOOL_CALL`…). Absent where the caller asked for something stronger. */
  escalatedBecause: z.string().optional(),
  /** The router was not sure how hard the request is, and was told to take it for a hard one then. */
  doubtful: z.boolean().optional(),
  /** What kind of request a small local model took it for, where it was asked. */
  intent: z.enum(INTENTS).optional(),
  /** The comparison between models the request took part in, and on which side; models that step in for the arm's own count for it. */
  experiment: z.object({ name: z.string(), arm: z.string() }).optional(),
  /** 0..1, how sure the model was of its own words (geometric mean of their probabilities), where it was asked and said so. */
  sureness: z.number().min(0).max(1).optional(),
});
export type Decision = z.infer<typeof decisionSchema>;
