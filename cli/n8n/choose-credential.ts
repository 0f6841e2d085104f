import type { N8nClient, StoredCredential } from './client';
import { CredentialChoiceError, N8nApiError } from './errors';
import type { Credentials } from './install-template';
import { TEAM_CREDENTIAL } from './templates';

/**
 * The team credential for the nodes: the one asked for, else the one named "AIOS Team" when there is exactly one.
 *
 * @param wanted name or id
 * @returns `note` says in a sentence what the nodes got
 * @throws {CredentialChoiceError} when the one asked for is not there or not the only one
 */
export async function chooseCredential(client: N8nClient, wanted: string | undefined): Promise<{ credentials: Credentials; note: string }> {
  const all = await client.listCredentials().catch(undefinedWhenForbidden);
  if (!all) {
    if (wanted !== undefined) throw new CredentialChoiceError('The API key may not list credentials, so the one you named cannot be looked up.', { hint: 'Give the key the scope "credential:list", or choose the credential in the editor.' });
    return { credentials: {}, note: `The API key may not list credentials (scope "credential:list"): ${WITHOUT}` };
  }
  const known = new Set(all.map(({ id }) => id));
  const ours = all.filter(({ type }) => type === TEAM_CREDENTIAL.type);
  const matches = ours.filter(({ id, name }) => name === (wanted ?? TEAM_CREDENTIAL.name) || id === wanted);
  if (matches.length === 1) return { credentials: { use: matches[0], known }, note: `The nodes use the credential "${matches[0]!.name}".` };
  if (wanted !== undefined) throw notTheOne(wanted, matches, ours);
  const why = matches.length === 0 ? `There is no credential "${TEAM_CREDENTIAL.name}"` : `There are ${matches.length} credentials "${TEAM_CREDENTIAL.name}" (choose with --team-credential ID)`;
  return { credentials: { known }, note: `${why}: ${WITHOUT}` };
}

const WITHOUT = 'new nodes got none. They work with the Ollama they find; for cloud models, and for the HTTP interface where n8n has no AIOS_API_TOKEN, make a credential "AIOS Team API" named "AIOS Team" in n8n and call this again.';

function undefinedWhenForbidden(error: unknown): undefined {
  if (error instanceof N8nApiError && error.status === 403) return undefined;
  throw error;
}

function notTheOne(wanted: string, matches: readonly StoredCredential[], ours: readonly StoredCredential[]): CredentialChoiceError {
  const list = ours.map(({ id, name }) => `${name} (${id})`).join(', ') || 'none';
  if (matches.length > 1) return new CredentialChoiceError(`${matches.length} credentials are named "${wanted}".`, { hint: `Give the id of one: ${matches.map(({ id }) => id).join(', ')}.` });
  return new CredentialChoiceError(`There is no AIOS Team API credential "${wanted}".`, { hint: `What this key may see: ${list}.` });
}
