import { N8nApiError, requestJson, sendRequest } from '../../cli';

export interface Owner {
  email: string;
  password: string;
}

/** Makes the owner of a fresh n8n. @throws {N8nApiError} with status 400 when it has one already */
export async function setUpOwner(url: string, owner: Owner): Promise<void> {
  await requestJson(`${url}/rest/owner/setup`, 'POST', { email: owner.email, password: owner.password, firstName: 'AIOS', lastName: 'Owner' });
}

/** @returns the session cookie's header value */
export async function logIn(url: string, owner: Owner): Promise<string> {
  const response = await sendRequest(`${url}/rest/login`, 'POST', { emailOrLdapLoginId: owner.email, password: owner.password });
  const text = await response.text();
  if (!response.ok) throw new N8nApiError('POST /rest/login', response.status, text);
  return response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
}

/** @returns an API key with every scope the owner may give */
export async function createApiKey(url: string, cookie: string, label: string): Promise<string> {
  const { data: scopes } = await requestJson<{ data: string[] }>(`${url}/rest/api-keys/scopes`, 'GET', undefined, { cookie });
  const answer = await requestJson<{ data: { rawApiKey: string } }>(`${url}/rest/api-keys`, 'POST', { label, scopes, expiresAt: null }, { cookie });
  return answer.data.rawApiKey;
}
