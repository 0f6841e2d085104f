import { InvalidInputError, errorFacts } from '../kernel';
import { type Approver, ApproverExistsError, type ApproverStore, checkedName, personKey } from '../runs';

/**
 * Approvers named in n8n's environment, for whoever runs n8n without a shell where the team's data is: `AIOS_APPROVERS=ada=<SHA-256>; Bob Lee=<SHA-256>`.
 * Models, workflows and n8n's users do not write there (docs/decisions/0023).
 *
 * @returns faults: what is wrong with entries that therefore name nobody
 */
export function approversFromEnvironment(environment: Readonly<Record<string, string | undefined>>): { approvers: Approver[]; faults: string[] } {
  const entries = (environment.AIOS_APPROVERS ?? '').split(/[;,\n]/).map((entry) => entry.trim()).filter((entry) => entry !== '');
  const approvers: Approver[] = [];
  const faults: string[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      approvers.push(approverIn(entry));
    } catch (error) {
      faults.push(`entry ${index + 1}: ${errorFacts(error).message}`);
    }
  }
  return { approvers, faults };
}

/** @throws {InvalidInputError} which repeats no hash, and no token that was put in its place */
function approverIn(entry: string): Approver {
  const [, name, tokenHash] = /^(.*?)\s*=\s*(?:sha256:)?([0-9a-f]{64})$/is.exec(entry) ?? [];
  if (name === undefined || tokenHash === undefined) throw new InvalidInputError('it is no "name=hash" with the 64 hexadecimal digits of a SHA-256.', { hint: 'The page "approvals/page?new=ada" makes one.' });
  return { name: checkedName(name), tokenHash: tokenHash.toLowerCase(), addedAtMs: 0, from: 'environment' };
}

/** The stored approvers with those of the environment, which only the environment can take away. */
export function withEnvironment(store: ApproverStore, fromEnvironment: readonly Approver[]): ApproverStore {
  const isThere = (name: string) => fromEnvironment.some((approver) => personKey(approver.name) === personKey(name));
  return {
    list: async () => [...(await store.list()), ...fromEnvironment],
    async add(name, tokenHash) {
      if (isThere(name)) throw new ApproverExistsError(name);
      await store.add(name, tokenHash);
    },
    async remove(name) {
      const removed = await store.remove(name);
      if (isThere(name)) throw new InvalidInputError(`"${name}" stands in AIOS_APPROVERS.`, { hint: 'Take the name out of the environment of n8n, every process of it, and restart n8n.' });
      return removed;
    },
  };
}
