import { z } from 'zod';

const optionalText = z.string().trim().transform((text) => (text === '' ? undefined : text)).optional();
const optionalUrl = (protocols: RegExp) =>
  z.string().trim().transform((text) => (text === '' ? undefined : text.replace(/\/+$/, '')))
    .refine((text) => text === undefined || (URL.canParse(text) && protocols.test(new URL(text).protocol)), 'is no address; write it like http://host:port')
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
  qdrantUrl: optionalUrl(/^https?:$/),
  qdrantApiKey: optionalText,
  searxngUrl: optionalUrl(/^https?:$/),
  /** Below n8n's user folder or AIOS_DATA_DIR. */
  dataDir: optionalText,
  /** Bearer token of the team's HTTP interface; AIOS_API_TOKEN where it is empty. */
  apiToken: optionalText,
});

/** A credential's fields, and what the environment alone can say. */
export interface TeamConfig extends z.infer<typeof teamConfigSchema> {
  /** OLLAMA_HOST: asked first, then the usual addresses. It may mean another program's Ollama, or none that runs. */
  ollamaHost?: string;
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
  qdrantUrl: 'QDRANT_URL',
  qdrantApiKey: 'QDRANT_API_KEY',
  searxngUrl: 'SEARXNG_URL',
} as const satisfies Partial<Record<keyof TeamConfig, string>>;

/** The credential's fields as the environment fills them. Absent and empty names give no field: the default holds then. */
export function credentialFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const filled = Object.entries(ENVIRONMENT_NAMES).flatMap(([field, name]) => {
    const value = environment[name]?.trim();
    return value ? [[field, value] as const] : [];
  });
  return Object.fromEntries(filled);
}
