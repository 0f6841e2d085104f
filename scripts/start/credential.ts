import { contentHash } from '../../kernel';
import { TEAM_CREDENTIAL, type N8nClient } from '../../cli';
import type { StartState } from './state';

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
