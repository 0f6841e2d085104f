import type { PromptSignature } from './signature';

/** Whether the model was one of those that answer cheaply (as a rule local) or one asked because it is stronger. */
export type ModelClass = 'small' | 'large';

/** What the team made of one call: QA's verdict, a schema failure, an escalation. Never the prompt. */
export interface CallOutcome {
  signature: PromptSignature;
  /** The complexity the shipped model gave the prompt, 0..1. */
  prior: number;
  modelClass: ModelClass;
  ok: boolean;
}
