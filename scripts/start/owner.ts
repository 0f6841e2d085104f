import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { N8nApiError, N8nClient } from '../../cli';
import { OwnerUnknownError } from '../n8n-host/errors';
import { createApiKey, logIn, setUpOwner, type Owner } from '../n8n-host/session';
import { writePrivately } from './state';

export interface KnownOwner extends Owner {
  passwordFile: string;
  isNew: boolean;
}

const EMAIL = 'owner@aios.local';

/**
 * Finds n8n's owner set up by an earlier start, or sets one up with a generated password.
 * The password is written down first: an n8n whose owner nobody knows would be lost.
 *
 * @throws {OwnerUnknownError} when n8n refuses both the API key and the password kept in the data folder
 */
export async function openOwner(url: string, dataDir: string): Promise<{ owner: KnownOwner; client: N8nClient }> {
  const passwordFile = join(dataDir, 'owner.json');
  const known = existsSync(passwordFile) ? (JSON.parse(readFileSync(passwordFile, 'utf8')) as Owner) : undefined;
  const owner = known ?? { email: EMAIL, password: generatePassword() };
  if (!known) writePrivately(passwordFile, `${JSON.stringify(owner, null, 2)}\n`);
  const client = known && (await clientWithKeptKey(url, dataDir));
  if (client) return { owner: { ...owner, passwordFile, isNew: false }, client };
  const isNew = await isSetUpNow(url, owner);
  return { owner: { ...owner, passwordFile, isNew }, client: await clientWithNewKey(url, dataDir, owner) };
}

/** The bearer token of the team's HTTP interface: AIOS_API_TOKEN, else one generated at the first start and kept. */
export function provideApiToken(dataDir: string, environment: Record<string, string | undefined>): string {
  const given = environment.AIOS_API_TOKEN?.trim();
  if (given) return given;
  const file = join(dataDir, 'api-token');
  if (!existsSync(file)) writePrivately(file, randomBytes(24).toString('base64url'));
  return readFileSync(file, 'utf8').trim();
}

/** n8n wants 8 to 64 characters with a digit and a capital letter. */
export function generatePassword(): string {
  return `A1${randomBytes(15).toString('base64url')}`;
}

async function clientWithKeptKey(url: string, dataDir: string): Promise<N8nClient | undefined> {
  const file = keyFile(dataDir);
  if (!existsSync(file)) return undefined;
  const client = new N8nClient(url, readFileSync(file, 'utf8').trim());
  return (await isAccepted(client)) ? client : undefined;
}

async function clientWithNewKey(url: string, dataDir: string, owner: Owner): Promise<N8nClient> {
  try {
    const apiKey = await createApiKey(url, await logIn(url, owner), `npm start ${new Date().toISOString()}`);
    writePrivately(keyFile(dataDir), apiKey);
    return new N8nClient(url, apiKey);
  } catch (error) {
    if (error instanceof N8nApiError && error.status === 401) throw new OwnerUnknownError(dataDir);
    throw error;
  }
}

function keyFile(dataDir: string): string {
  return join(dataDir, 'api-key');
}

async function isSetUpNow(url: string, owner: Owner): Promise<boolean> {
  try {
    await setUpOwner(url, owner);
    return true;
  } catch (error) {
    if (error instanceof N8nApiError && error.status === 400) return false;
    throw error;
  }
}

async function isAccepted(client: N8nClient): Promise<boolean> {
  try {
    await client.listExecutions();
    return true;
  } catch (error) {
    if (error instanceof N8nApiError && (error.status === 401 || error.status === 403)) return false;
    throw error;
  }
}
