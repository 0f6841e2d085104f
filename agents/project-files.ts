import { contentHash, errorFacts } from '../kernel';
import type { PlanTask, Result, Run } from '../runs';
import type { FileFacts, Workspace, Workspaces } from '../workspace';
import type { TaskKey } from './agents';
import type { AgentDeps } from './deps';
import type { HeldRun } from './held-run';

/** The files of the project as an attempt found them: path → version, and the last commit. */
type Base = { head: string; versions: Record<string, string> };

/** Commits looked through for who else was at a file; after so many the attempt counts as too old for all. */
const MAX_COMMITS_BACK = 200;

/** Before an attempt begins: what stands in the project now is what its work builds upon. Journaled, so that it is the same after a crash. */
export async function noteProject({ workspaces }: Pick<AgentDeps, 'workspaces'>, held: HeldRun, run: Run, key: TaskKey): Promise<void> {
  if (run.project === undefined) return;
  const { files, versions } = workspaces.open(run.project, { name: 'team' });
  await held.journal.step(baseKey(key), contentHash(run.project), async (): Promise<Base> => {
    const [last] = await versions.log(1);
    return { head: last?.id ?? '', versions: Object.fromEntries((await files.list()).map(({ path, version }) => [path, version])) };
  }, 'repeat');
}

/**
 * Puts what QA passed into the project of its run, as one commit in the role's name: all files or none. Done again after a crash it changes nothing.
 *
 * @throws {FileConflictError} when a file was changed since the attempt began, by whomever else
 */
export async function landInProject(deps: Pick<AgentDeps, 'workspaces' | 'journalStore'>, run: Run, task: PlanTask, result: Result): Promise<void> {
  if (run.project === undefined || result.artifacts.length === 0) return;
  const workspace = workspaceOf(deps.workspaces, run.project, task.role);
  const base = await baseOf(deps, run, result);
  const files = [];
  for (const { path, content } of result.artifacts) {
    const standing = await standingFile(workspace, path);
    if (standing?.content.equals(Buffer.from(content))) continue;
    files.push({ path, content, ...(base && { expected: expectedVersion(base, standing, task.role, path) }) });
  }
  await workspace.files.writeAll(files);
  await workspace.versions.commit(`${task.title}\n\nRun ${run.id}, task ${task.id}, attempt ${result.attempt}.`, result.artifacts.map(({ path }) => literalGlob(path)));
}

interface KnownBase {
  versions: Record<string, string>;
  /** Paths that commits since then have changed. */
  touched: ReadonlySet<string>;
}

/** What the role's own tools wrote since is no conflict, as long as nobody has committed the file meanwhile. */
function expectedVersion({ versions, touched }: KnownBase, standing: FileFacts | undefined, role: string, path: string): string | null {
  if (standing?.author === role && !touched.has(path)) return standing.version;
  return versions[path] ?? null;
}

/** @returns undefined for an attempt that began before its run had a workspace */
async function baseOf({ workspaces, journalStore }: Pick<AgentDeps, 'workspaces' | 'journalStore'>, run: Run, key: TaskKey): Promise<KnownBase | undefined> {
  const step = await journalStore.find(run.id, baseKey(key));
  if (step.state !== 'finished') return undefined;
  const { head, versions } = step.output as Base;
  const touched = new Set<string>();
  for (const { id, files } of await workspaces.open(run.project!, { name: 'team' }).versions.log(MAX_COMMITS_BACK)) {
    if (id === head) break;
    for (const path of files) touched.add(path);
  }
  return { versions, touched };
}

function workspaceOf(workspaces: Workspaces, project: string, role: string): Workspace {
  return workspaces.open(project, { name: role });
}

async function standingFile({ files }: Workspace, path: string) {
  try {
    return await files.read(path);
  } catch (error) {
    if (errorFacts(error).code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}

function baseKey({ taskId, attempt }: Pick<TaskKey, 'taskId' | 'attempt'>): string {
  return `${taskId}/${attempt}/project`;
}

/** No safe path holds * or ?; braces and a first ! are taken for themselves. */
function literalGlob(path: string): string {
  return path.replace(/[{}!]/g, '?');
}
