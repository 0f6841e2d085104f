import { z } from 'zod';
import type { RedisAddress } from '../storage';

const optionalText = z.string().trim().transform((text) => (text === '' ? undefined : text)).optional();
const optionalUrl = (protocols: RegExp) =>
  z.string().trim().transform((text) => (text === '' ? undefined : text.replace(/\/+$/, '')))
    .refine((text) => text === undefined || (URL.canParse(text) && protocols.test(new URL(text).protocol)), 'is no address; write it like http://host:port')
    .optional();

/**
 * Everything a team is configured by. Field names are the credential's field names; the environment name of each stands beside it.
 * Empty means embedded: SQLite, and Ollama found by probing.
 */
export const teamConfigSchema = z.object({
  /** AIOS_TEAM */
  teamName: z.string().trim().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/i, 'may have letters, digits, "-" and "_", at most 40').default('default'),
  /** The only address that is asked when it is set. */
  ollamaUrl: optionalText,
  /** ANTHROPIC_API_KEY */
  anthropicApiKey: optionalText,
  /** ANTHROPIC_BASE_URL */
  anthropicBaseUrl: optionalUrl(/^https?:$/),
  /** OPENAI_API_KEY */
  openAiApiKey: optionalText,
  /** OPENAI_BASE_URL */
  openAiBaseUrl: optionalUrl(/^https?:$/),
  /** REDIS_URL */
  redisUrl: optionalUrl(/^rediss?:$/),
  /** QDRANT_URL */
  qdrantUrl: optionalUrl(/^https?:$/),
  /** QDRANT_API_KEY */
  qdrantApiKey: optionalText,
  /** SEARXNG_URL */
  searxngUrl: optionalUrl(/^https?:$/),
  /** AIOS_DATA_DIR */
  dataDir: optionalText,
  /** AIOS_API_TOKEN: bearer token of the team's HTTP interface. */
  apiToken: optionalText,
});

/** A credential's fields, and what the environment alone can say. */
export interface TeamConfig extends z.infer<typeof teamConfigSchema> {
  /** For a Redis URL taken from n8n's queue mode, whose TLS settings stand apart. */
  redisTls?: RedisAddress['tls'];
  /** OLLAMA_HOST: asked first, then the usual addresses. It may mean another program's Ollama, or none that runs. */
  ollamaHost?: string;
}
