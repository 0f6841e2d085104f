import { contentHash } from '../../kernel';
import type { N8nClient } from '../n8n-host/client';
import type { StartState } from './state';

export const TEAM_CREDENTIAL = { name: 'AIOS Team', type: 'aiosTeamApi' } as const;

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
