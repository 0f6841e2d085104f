import { contentHash } from '../../kernel';
import { TEAM_CREDENTIAL, type N8nClient } from '../../cli';
import type { StartState } from './state';

type Environment = Record<string, string | undefined>;

/** Field of the credential → environment name it is filled from. */
const FIELDS: Record<string, string> = {
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
};

/** The team credential's data as the environment describes it. Absent and empty names give no field: the node's own default holds then. */
export function credentialFromEnvironment(environment: Environment, apiToken: string): Record<string, string> {
  const filled = Object.entries(FIELDS).flatMap(([field, name]) => {
    const value = environment[name]?.trim();
    return value ? [[field, value] as const] : [];
  });
  return { ...Object.fromEntries(filled), apiToken };
}

/**
 * Makes the team credential, or writes it again when the environment says something new since the last start.
 * Otherwise what the user changed in the editor stays.
 *
 * @returns the credential's id and the state to keep
 */
export async function provideCredential(client: N8nClient, data: Record<string, string>, state: StartState): Promise<StartState & { credential: { id: string; hash: string } }> {
  const hash = contentHash(data);
  const known = state.credential;
  if (known && (await client.credentialExists(known.id))) {
    if (known.hash !== hash) await client.updateCredential(known.id, TEAM_CREDENTIAL.name, TEAM_CREDENTIAL.type, data);
    return { ...state, credential: { id: known.id, hash } };
  }
  const { id } = await client.createCredential(TEAM_CREDENTIAL.name, TEAM_CREDENTIAL.type, data);
  return { ...state, credential: { id, hash } };
}
