import { AiosError, errorFacts } from '../kernel';
import { mayLeaveMachine } from '../privacy';
import type { PersonDeskDeps } from '../runs';
import { SecretStaysError, safePath, type RunFiles } from '../workspace';
import type { AgentDeps } from './deps';
import { landInProject, type Landing } from './project-files';
import { taskPrivacy } from './raised-privacy';

/** Delivered files cannot be kept as they are; nothing of them stands in the project. */
export class NotKeptError extends AiosError {
  readonly code = 'NOT_KEPT';
  readonly kind = 'user';
  constructor(
    /** Where the cause is one that no other attempt mends. */
    readonly needsPerson: boolean,
    cause: unknown,
  ) {
    super(`A delivered file cannot be kept: ${errorFacts(cause).message}`, { hint: errorFacts(cause).hint, cause });
  }
}

/** What another attempt can mend; a full disk, for instance, it cannot. In a project that has become secret meanwhile the next one is secret, too. */
const FILE_FAULTS = ['PATH_REFUSED', 'PATH_FORBIDDEN', 'FILE_TOO_LARGE', 'RUN_FILES_LIMIT', 'FILE_CONFLICT', 'WORKSPACE_LIMIT', 'SECRET_PROJECT'];
const FOR_PERSONS = ['SECRET_STAYS'];

export type KeepDeps = Pick<AgentDeps, 'workspaces' | 'journalStore' | 'roles' | 'files'>;

/**
 * Keeps what QA passed or a person accepted: in the run's project, then among the files of the run.
 *
 * @param assertStillHeld before each write
 * @throws {NotKeptError}
 */
export async function keepResult(deps: KeepDeps, landing: Landing, assertStillHeld: () => Promise<void>): Promise<void> {
  const { runId, artifacts } = landing.result;
  try {
    assertMayKeep(deps.files, landing);
    // All paths before the first write: a refused attempt leaves nothing behind.
    for (const { path } of artifacts) safePath(path);
    await assertStillHeld();
    await landInProject(deps, landing);
    for (const { path, content } of artifacts) {
      // Each time: what hung long enough for another execution to take the run must not write over its files.
      await assertStillHeld();
      await deps.files.write(runId, path, content);
    }
  } catch (error) {
    throw notKept(error) ?? error;
  }
}

/** @returns undefined for what is no fault of the files or their place */
export function notKept(error: unknown): NotKeptError | undefined {
  if (error instanceof NotKeptError) return error;
  const { code } = errorFacts(error);
  return [...FILE_FAULTS, ...FOR_PERSONS].includes(code) ? new NotKeptError(FOR_PERSONS.includes(code), error) : undefined;
}

/** @throws {SecretStaysError} when the files of runs are kept elsewhere and the work is secret */
export function assertMayKeep(files: Pick<RunFiles, 'local'>, { privacy }: Pick<Landing, 'privacy'>): void {
  if (!files.local && !mayLeaveMachine(privacy)) throw new SecretStaysError('what runs deliver');
}

/** What a person accepts at the desk is kept like what QA passed. */
export function resultKeeper(deps: KeepDeps): PersonDeskDeps['keep'] {
  return async (state, current, assertStillHeld) => {
    if (current.result) await keepResult(deps, { run: state.run, task: current.task, result: current.result, privacy: taskPrivacy(state, current) }, assertStillHeld);
  };
}
