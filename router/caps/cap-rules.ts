import type { CatalogEntry } from '../catalog';
import { isNamed } from '../model-names';

/** How much may be asked of a model or a service, by all processes of a team together. */
export interface CapRule {
  /** Calls at once. */
  concurrency?: number;
  /** Calls begun within any 60 s. */
  requestsPerMinute?: number;
  /** Tokens of prompts and answers within any 60 s; those of calls under way are estimated. */
  tokensPerMinute?: number;
}

/** By provider (`anthropic`, `ollama@gpu:11434`) or model, in any spelling a model may be named by. */
export type CapRules = Readonly<Record<string, CapRule>>;

/** A rule that holds for a call. `key` is the same for all calls it holds for. */
export interface Cap extends CapRule {
  key: string;
  /** As the models file names it. */
  name: string;
}

/** The caps a call of this model is under: its provider's and its own. */
export function capsOf({ model, driver }: CatalogEntry, rules: CapRules): Cap[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    if (isProvider(name, driver.provider)) return [{ ...rule, name, key: `provider ${driver.provider}` }];
    return isNamed(model, name) ? [{ ...rule, name, key: `model ${model.id}` }] : [];
  });
}

/** Calls at once that the provider's own rule allows; `undefined` where it says nothing. */
export function providerConcurrency(provider: string, rules: CapRules): number | undefined {
  return Object.entries(rules).find(([name]) => isProvider(name, provider))?.[1].concurrency;
}

function isProvider(name: string, provider: string): boolean {
  return name.trim().toLowerCase() === provider.toLowerCase();
}
