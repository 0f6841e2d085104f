import { type ErrorFacts, errorFacts } from '../kernel';
import { LeaseLostError, RunStoppedError } from './errors';
import type { Lease, Run } from './run';
import { type RunRecord, assertHeld, dated, isLeased, stopping } from './run-record';

export const CONTROL_KINDS = ['all', 'run', 'role', 'project'] as const;

/** What a person pauses, resumes or stops. */
export type ControlScope = { kind: 'all' } | { kind: 'run' | 'role' | 'project'; name: string };

export interface Pause {
  scope: ControlScope;
  sinceMs: number;
}

/** How the work on a run stands, as a worker asks before and during each call. */
export type Standing =
  | { kind: 'going' }
  /** A person has paused it; it goes on where it is when he resumes it. */
  | { kind: 'paused'; scope: ControlScope }
  /** The work of this execution was ended, whoever has the run now. */
  | { kind: 'stopped' }
  /** Another execution has the run now. */
  | { kind: 'lost' };

/** What persons decide about work under way. Pauses stand until they are lifted; a stop ends what is at work now. */
export interface ControlStore {
  /** Kept for a year, that of a run as long as runs are. */
  pause(scope: ControlScope): Promise<void>;
  /** @returns whether it was paused */
  resume(scope: ControlScope): Promise<boolean>;
  /** All that is paused, oldest first. */
  pauses(): Promise<Pause[]>;
  /** @param role at work, if one is */
  standing(lease: Lease, role?: string): Promise<Standing>;
  /**
   * Ends the work on a run at once: whoever has it in hand writes nothing any more and does not get it again. A new execution may go on with it;
   * where nobody was at work, only after `reopen`, because one may stand in n8n's queue.
   *
   * @param why default: a person's wish, whoever has the run; with a `lease`, only while that is held
   * @throws {RunNotFoundError}
   * @throws {RunFinishedError}
   * @throws {LeaseLostError}
   */
  stop(runId: string, why?: StopReason): Promise<Run>;
  /** A person wants a stopped run to go on. @throws {RunNotFoundError} */
  reopen(runId: string): Promise<void>;
}

export interface StopReason {
  error: ErrorFacts;
  lease?: Lease;
}

/** Longer than any pause somebody remembers. */
export const PAUSE_TTL_MS = 365 * 24 * 60 * 60 * 1_000;

export function scopeKey(scope: ControlScope): string {
  return scope.kind === 'all' ? 'all' : `${scope.kind}:${scope.name}`;
}

export function scopeOf(key: string): ControlScope {
  const [kind, ...name] = key.split(':');
  return kind === 'all' ? { kind } : { kind: kind as 'run' | 'role' | 'project', name: name.join(':') };
}

/** As a sentence says it. */
export function scopeInWords(scope: ControlScope): string {
  return scope.kind === 'all' ? 'the whole team' : `the ${scope.kind} "${scope.name}"`;
}

/** Everything that may pause this piece of work, the widest first. */
export function scopesOf(runId: string, { project, role }: { project?: string; role?: string }): ControlScope[] {
  return [{ kind: 'all' }, ...(project === undefined ? [] : [{ kind: 'project', name: project } as const]), { kind: 'run', name: runId }, ...(role === undefined ? [] : [{ kind: 'role', name: role } as const])];
}

/** @param pausedKeys of the scopes that are paused */
export function standingOf(lease: Lease, held: { owner?: string; fence: number; refused?: readonly string[] }, scopes: readonly ControlScope[], pausedKeys: ReadonlySet<string>): Standing {
  if (held.refused?.includes(lease.owner)) return { kind: 'stopped' };
  if (held.owner !== lease.owner || held.fence !== lease.fence) return { kind: 'lost' };
  const scope = scopes.find((candidate) => pausedKeys.has(scopeKey(candidate)));
  return scope === undefined ? { kind: 'going' } : { kind: 'paused', scope };
}

/**
 * Before something is written that no store refuses, as files are: a process that was paused may have lost the run meanwhile.
 *
 * @returns what is paused, undefined when nothing is
 * @throws {RunStoppedError}
 * @throws {LeaseLostError}
 */
export async function assertStillHeld(controls: Pick<ControlStore, 'standing'>, lease: Lease, role?: string): Promise<ControlScope | undefined> {
  const standing = await controls.standing(lease, role);
  if (standing.kind === 'stopped') throw new RunStoppedError(lease.runId);
  if (standing.kind === 'lost') throw new LeaseLostError(lease.runId);
  return standing.kind === 'paused' ? standing.scope : undefined;
}

/** The change a stop makes of a run. */
export function stopped(before: RunRecord, why: StopReason | undefined, nowMs: number): { record: RunRecord; answer: Run } {
  if (why?.lease) assertHeld(before, why.lease);
  // Whoever stops with the lease was at work himself, even if it has expired.
  const wasAtWork = why?.lease !== undefined || isLeased(before, nowMs);
  const record = dated(before, stopping(before, why?.error ?? errorFacts(new RunStoppedError(before.run.id)), { wasAtWork }), nowMs);
  return { record, answer: record.run };
}
