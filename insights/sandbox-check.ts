import type { Sandbox } from '../skills';
import type { DoctorCheck } from './report';

/** Would code that agents write be held on this machine? Tried out in the sandbox itself, about a second at the first time. */
export async function checkSandbox(sandbox: Sandbox): Promise<DoctorCheck> {
  const base = { service: 'sandbox', title: 'Sandbox' } as const;
  const layers = await sandbox.layers();
  const holding = layers.filter(({ holds }) => holds).length;
  // The outer one is the reason why the inner one does not hold either.
  const broken = layers.findLast(({ name, holds }) => !holds && name !== 'namespace');
  if (broken) return { ...base, status: 'failed', detail: `code that agents write is not run here. ${broken.detail}`, todo: TODO };
  const promise = 'code that agents write runs without the files, programs, secrets and network of this machine';
  const outer = layers.find(({ name }) => name === 'namespace');
  if (holding === layers.length) return { ...base, status: 'ok', detail: `${promise}; all ${layers.length} layers were tried and hold.` };
  return { ...base, status: 'ok', detail: `${promise}; ${holding} of ${layers.length} layers were tried and hold. ${outer?.detail ?? ''}`.trim() };
}

const TODO = process.platform === 'win32' ? 'To let agents run code, run n8n in Docker or under WSL.' : 'To let agents run code, install the package again (in the clone: `npm run build`), and see "The sandbox" in docs/self-hosting.md.';
