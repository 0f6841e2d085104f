import { z } from 'zod';
import { WHEN_USED_UP, type Budget } from '../router';
import type { RedisAddress } from '../storage';

const optionalText = z.string().trim().transform((text) => (text === '' ? undefined : text)).optional();
const optionalUrl = (protocols: RegExp) =>
  z.string().trim().transform((text) => (text === '' ? undefined : text.replace(/\/+$/, '')))
    .refine((text) => text === undefined || (URL.canParse(text) && protocols.test(new URL(text).protocol)), 'is no address; write it like http://host:port')
    .optional();

const NOT_USD = 'is no number of US dollars; write it like 5 or 0.50';
/** Text, because an empty field must not be a budget of 0. */
const optionalUsd = z.union([z.number(), z.string()], NOT_USD)
  .transform((value) => String(value).trim().replace(/^\$\s*/, ''))
  .refine((text) => text === '' || (Number(text) >= 0 && Number.isFinite(Number(text))), NOT_USD)
  .transform((text) => (text === '' ? undefined : Number(text)))
  .optional();

/**
 * Everything a team is configured by. Field names are the credential's field names.
 * Empty means embedded: SQLite, and Ollama found by probing.
 */
export const teamConfigSchema = z.object({
  teamName: z.string().trim().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/i, 'may have letters, digits, "-" and "_", at most 40').default('default'),
  /** The only address that is asked when it is set. */
  ollamaUrl: optionalText,
  anthropicApiKey: optionalText,
  anthropicBaseUrl: optionalUrl(/^https?:$/),
  openAiApiKey: optionalText,
  openAiBaseUrl: optionalUrl(/^https?:$/),
  redisUrl: optionalUrl(/^rediss?:$/),
  /** Of Ollama, for the memory; unset: the first installed one that is known to embed. */
  embeddingModel: optionalText,
  qdrantUrl: optionalUrl(/^https?:$/),
  qdrantApiKey: optionalText,
  searxngUrl: optionalUrl(/^https?:$/),
  /** Below n8n's user folder or AIOS_DATA_DIR. */
  dataDir: optionalText,
  /** Bearer token of the team's HTTP interface; AIOS_API_TOKEN where it is empty. */
  apiToken: optionalText,
  /** For all calls of the team, by UTC. */
  dailyBudgetUsd: optionalUsd,
  monthlyBudgetUsd: optionalUsd,
  whenBudgetUsedUp: z.preprocess((value) => value || undefined, z.enum(WHEN_USED_UP, 'must be local, ask or stop').default('local')),
});

/** A credential's fields, and what the environment alone can say. */
export interface TeamConfig extends z.infer<typeof teamConfigSchema> {
  /** For a Redis URL taken from n8n's queue mode, whose TLS settings stand apart. */
  redisTls?: RedisAddress['tls'];
  /** OLLAMA_HOST: asked first, then the usual addresses. It may mean another program's Ollama, or none that runs. */
  ollamaHost?: string;
  /** Do several processes of n8n work for the team? Then none may keep what it remembers in a file of its own. */
  isQueueMode?: boolean;
}

/** Field of the credential → environment name it is filled from, where a shell stands for the credential: `npm start` and the `aios` command. */
const ENVIRONMENT_NAMES = {
  teamName: 'AIOS_TEAM',
  ollamaUrl: 'OLLAMA_HOST',
  anthropicApiKey: 'ANTHROPIC_API_KEY',
  anthropicBaseUrl: 'ANTHROPIC_BASE_URL',
  openAiApiKey: 'OPENAI_API_KEY',
  openAiBaseUrl: 'OPENAI_BASE_URL',
  redisUrl: 'REDIS_URL',
  embeddingModel: 'AIOS_EMBEDDING_MODEL',
  qdrantUrl: 'QDRANT_URL',
  qdrantApiKey: 'QDRANT_API_KEY',
  searxngUrl: 'SEARXNG_URL',
  dailyBudgetUsd: 'AIOS_DAILY_BUDGET_USD',
  monthlyBudgetUsd: 'AIOS_MONTHLY_BUDGET_USD',
  whenBudgetUsedUp: 'AIOS_WHEN_BUDGET_USED_UP',
} as const satisfies Partial<Record<keyof TeamConfig, string>>;

/** For messages: a field as its author knows it, whether he filled in the credential or the environment. */
export function fieldInWords(field: string): string {
  const name = (ENVIRONMENT_NAMES as Record<string, string>)[field];
  return name === undefined ? `"${field}"` : `"${field}" (environment: ${name})`;
}

/** The credential's fields as the environment fills them. Absent and empty names give no field: the default holds then. */
export function credentialFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const filled = Object.entries(ENVIRONMENT_NAMES).flatMap(([field, name]) => {
    const value = environment[name]?.trim();
    return value ? [[field, value] as const] : [];
  });
  return Object.fromEntries(filled);
}

/** Fields that hold for a team without a credential as well: whoever runs n8n caps what it spends. */
const CAPS = ['dailyBudgetUsd', 'monthlyBudgetUsd', 'whenBudgetUsedUp'] as const;

/** The budgets the environment sets, for fields the credential leaves empty. */
export function budgetsFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const filled = credentialFromEnvironment(environment);
  return Object.fromEntries(CAPS.flatMap((field) => (filled[field] === undefined ? [] : [[field, filled[field]]])));
}

/** The team's own budgets, as the router knows them. */
export function teamBudgets({ dailyBudgetUsd, monthlyBudgetUsd, whenBudgetUsedUp }: TeamConfig): Budget[] {
  const budget = (per: 'day' | 'month', limitUsd: number | undefined, field: string): Budget[] =>
    limitUsd === undefined ? [] : [{ scope: 'team', per, limitUsd, whenUsedUp: whenBudgetUsedUp, setIn: `"${field}" in the credential "AIOS Team API"` }];
  return [...budget('day', dailyBudgetUsd, 'Daily Budget (USD)'), ...budget('month', monthlyBudgetUsd, 'Monthly Budget (USD)')];
}
