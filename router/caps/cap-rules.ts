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

/** The caps a call of this model is under: its provider's and its own. Where the file names one of them in several spellings, the strictest counts. */
export function capsOf({ model, driver }: CatalogEntry, rules: CapRules): Cap[] {
  const caps = new Map<string, Cap>();
  for (const [name, rule] of Object.entries(rules)) {
    const key = isProvider(name, driver.provider) ? providerKey(driver.provider) : isNamed(model, name) ? `model ${model.id}` : undefined;
    if (key !== undefined) caps.set(key, { name, key, ...strictest(caps.get(key), rule) });
  }
  return [...caps.values()];
}

/** Calls at once that the provider's own rule allows; `undefined` where it says nothing. */
export function providerConcurrency(provider: string, caps: readonly Cap[]): number | undefined {
  return caps.find(({ key }) => key === providerKey(provider))?.concurrency;
}

const COUNTS = ['concurrency', 'requestsPerMinute', 'tokensPerMinute'] as const;

function strictest(one: CapRule = {}, other: CapRule): CapRule {
  const least = COUNTS.map((count) => [count, Math.min(one[count] ?? Infinity, other[count] ?? Infinity)] as const);
  return Object.fromEntries(least.filter(([, value]) => value < Infinity));
}

function providerKey(provider: string): string {
  return `provider ${provider}`;
}

function isProvider(name: string, provider: string): boolean {
  return name.trim().toLowerCase() === provider.toLowerCase();
}
