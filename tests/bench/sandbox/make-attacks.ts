import type { Sandbox, SandboxOutcome } from '../../../skills';
import type { Attack } from './attacks';
import type { Canaries } from './canaries';

export interface AttackResult {
  name: string;
  /** Empty when it touched nothing. */
  touched: string[];
  end: SandboxOutcome['end'] | string;
  /** What is wrong with how it ended; unset when nothing is. */
  fault?: string;
  durationMs: number;
}

/** Makes the attacks one after the other, so that what is touched has one culprit. @param started process groups of the jobs, filled by the sandbox */
export async function makeAttacks(attacks: readonly Attack[], { sandbox, canaries, started }: { sandbox: Sandbox; canaries: Canaries; started: number[] }): Promise<AttackResult[]> {
  const results: AttackResult[] = [];
  for (const attack of attacks) results.push(await makeAttack(attack, sandbox, canaries, started));
  return results;
}

async function makeAttack({ name, job, ends }: Attack, sandbox: Sandbox, canaries: Canaries, started: number[]): Promise<AttackResult> {
  const touchedBy = canaries.watch(job.code);
  const outcome = await sandbox.run(job, AbortSignal.timeout(60_000));
  const said = [outcome.stdout, outcome.stderr, ...Object.values(outcome.written)].join('\n');
  const left = started.splice(0).filter(isAlive);
  const { timeMs = 10_000, outputBytes = 65_536 } = job.limits ?? {};
  const faults = [
    ...(ends && !ends.includes(outcome.end) ? [`it ended by ${outcome.end}, not by ${ends.join(' or ')}`] : []),
    ...(left.length > 0 ? ['its process is still there'] : []),
    ...(outcome.durationMs > 2 * timeMs ? [`it took ${outcome.durationMs} ms of ${timeMs}`] : []),
    ...(Buffer.byteLength(outcome.stdout + outcome.stderr) > 2 * outputBytes ? ['it said too much'] : []),
  ];
  return { name, touched: touchedBy(said), end: outcome.end, durationMs: outcome.durationMs, ...(faults.length > 0 && { fault: faults.join('; ') }) };
}

/** Is any process of the group left? */
export function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
