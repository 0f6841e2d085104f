import { z } from 'zod';
import { InvalidInputError } from '../kernel';
import { WHEN_USED_UP, type Budget } from '../router';
import type { RedisAddress } from '../storage';
import type { S3Settings } from '../workspace';

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

const optionalHosts = z.string().trim().transform((text) => text.split(/[\s,;]+/).filter((host) => host !== ''))
  .refine((hosts) => hosts.every((host) => /^(\[[\da-f:.]+\]|[^\s/@:?#[\]]+)(:\d{1,5})?$/i.test(host)), 'must be hosts such as wiki.lan or 192.168.1.20:3000, without http://')
  .transform((hosts) => (hosts.length === 0 ? undefined : hosts))
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
  /** Hosts of the own network that agents may read, `host` or `host:port`. */
  webHosts: optionalHosts,
  /** A bucket for the projects' files, where workers share no disk. All but the region belong together. */
  s3Endpoint: optionalUrl(/^https?:$/),
  s3Bucket: optionalText,
  s3Region: optionalText,
  s3AccessKey: optionalText,
  s3SecretKey: optionalText,
  /** Where QA runs tests with packages: http(s), or unix:/path/of/socket. */
  runnerUrl: optionalUrl(/^(https?|unix):$/),
  runnerToken: optionalText,
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
  webHosts: 'AIOS_WEB_HOSTS',
  s3Endpoint: 'AIOS_S3_ENDPOINT',
  s3Bucket: 'AIOS_S3_BUCKET',
  s3Region: 'AIOS_S3_REGION',
  s3AccessKey: 'AIOS_S3_ACCESS_KEY',
  s3SecretKey: 'AIOS_S3_SECRET_KEY',
  runnerUrl: 'AIOS_RUNNER_URL',
  runnerToken: 'AIOS_RUNNER_TOKEN',
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

/** Fields whose absence opens something: no budget, the default team, the address of the service itself. */
export const GUARDING_FIELDS = ['teamName', 'anthropicBaseUrl', 'openAiBaseUrl', 'dailyBudgetUsd', 'monthlyBudgetUsd', 'whenBudgetUsedUp'] as const satisfies ReadonlyArray<keyof TeamConfig>;

/** Fields that hold for a team without a credential as well: whoever runs n8n caps what it spends, and says what its agents may ask of the web. */
const OPERATORS_FIELDS = ['searxngUrl', 'webHosts', 'dailyBudgetUsd', 'monthlyBudgetUsd', 'whenBudgetUsedUp'] as const;

/** What the environment of n8n sets, for fields the credential leaves empty. */
export function operatorsSettings(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const filled = credentialFromEnvironment(environment);
  return Object.fromEntries(OPERATORS_FIELDS.flatMap((field) => (filled[field] === undefined ? [] : [[field, filled[field]]])));
}

/** What AWS and MinIO answer to when nobody has set another. */
const DEFAULT_S3_REGION = 'us-east-1';

/** @returns undefined when the credential names no bucket. @throws {InvalidInputError} when it names half of one: files must not quietly lie elsewhere */
export function bucketOf({ s3Endpoint: endpoint, s3Bucket: bucket, s3Region: region = DEFAULT_S3_REGION, s3AccessKey: accessKey, s3SecretKey: secretKey }: TeamConfig): S3Settings | undefined {
  if ([endpoint, bucket, accessKey, secretKey].every((field) => field === undefined)) return undefined;
  if (endpoint !== undefined && bucket !== undefined && accessKey !== undefined && secretKey !== undefined) return { endpoint, bucket, region, accessKey, secretKey };
  throw new InvalidInputError('The credential "AIOS Team" names a part of an S3 bucket only.', { hint: 'Fill in "S3 Endpoint", "S3 Bucket", "S3 Access Key" and "S3 Secret Key", or empty all four.' });
}

/** The team's own budgets, as the router knows them. */
export function teamBudgets({ dailyBudgetUsd, monthlyBudgetUsd, whenBudgetUsedUp }: TeamConfig): Budget[] {
  const budget = (per: 'day' | 'month', limitUsd: number | undefined, field: string): Budget[] =>
    limitUsd === undefined ? [] : [{ scope: 'team', per, limitUsd, whenUsedUp: whenBudgetUsedUp, setIn: `"${field}" in the credential "AIOS Team API"` }];
  return [...budget('day', dailyBudgetUsd, 'Daily Budget (USD)'), ...budget('month', monthlyBudgetUsd, 'Monthly Budget (USD)')];
}
