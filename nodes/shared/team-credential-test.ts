import type { ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';
import { teamBundle, teamHost } from './open-team';

/** Asks every service the credential names, and says of each what answered. */
async function aiosTeamApiTest(this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
  const { ok, lines } = await teamBundle().testServices(credential.data, teamHost(this.logger));
  return { status: ok ? 'OK' : 'Error', message: failedFirst(lines).join(' · ') };
}

// n8n shows the message as one paragraph, and only when the test has failed.
function failedFirst(lines: readonly string[]): string[] {
  return [...lines.filter((line) => line.startsWith('✗')), ...lines.filter((line) => !line.startsWith('✗'))];
}

/** For `methods.credentialTest` of every node that names the team's credential. */
export const teamCredentialTest = { aiosTeamApiTest };
