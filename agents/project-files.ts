import { contentHash, errorFacts } from '../kernel';
import type { Privacy } from '../privacy';
import type { PlanTask, Result, Run } from '../runs';
import type { FileFacts, StoredContent, Workspace } from '../workspace';
import type { TaskKey } from './agents';
import type { AgentDeps } from './deps';
import type { HeldRun } from './held-run';
import { workerRole } from './roles';

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

/** What is to be put into a project. */
export interface Landing {
  run: Run;
  task: PlanTask;
  result: Result;
  /** Of the work. */
  privacy: Privacy;
  /** Path → version that the CTO has seen and decided to replace. */
  overruled?: ReadonlyMap<string, string | null>;
}

/** A file of the attempt that stands otherwise than its work supposed. */
export interface MovedFile {
  path: string;
  standing: StoredContent | undefined;
}

type LandingDeps = Pick<AgentDeps, 'workspaces' | 'journalStore' | 'roles'>;

/**
 * Puts what was found good into the project of its run, as one commit in the role's name and within its paths: all files or none.
 * Done again after a crash it changes nothing.
 *
 * @throws {FileConflictError} when a file was changed since the attempt began, by whomever else
 * @throws {PathForbiddenError} when the role may not write there
 */
export async function landInProject(deps: LandingDeps, landing: Landing): Promise<void> {
  const { run, task, result, overruled } = landing;
  if (run.project === undefined || result.artifacts.length === 0) return;
  const workspace = await workspaceFor(deps, landing, run.project);
  const base = await baseOf(deps, run, result);
  const files = [];
  for (const { path, content } of result.artifacts) {
    const standing = await standingFile(workspace, path);
    if (standing?.content.equals(Buffer.from(content))) continue;
    // Overruled may also be that the file was deleted: null.
    const expected = overruled?.has(path) ? overruled.get(path) : base && expectedVersion(base, standing, task.role, path);
    files.push({ path, content, ...(expected !== undefined && { expected }) });
  }
  await workspace.files.writeAll(files);
  await workspace.versions.commit(`${task.title}\n\nRun ${run.id}, task ${task.id}, attempt ${result.attempt}.`, result.artifacts.map(({ path }) => literalGlob(path)));
}

/** Files of the attempt that somebody else has changed since it began; empty when it can land. */
export async function movedFiles(deps: LandingDeps, landing: Landing): Promise<MovedFile[]> {
  const { run, task, result } = landing;
  const base = run.project === undefined ? undefined : await baseOf(deps, run, result);
  if (!base) return [];
  const workspace = await workspaceFor(deps, landing, run.project!);
  const found = await Promise.all(result.artifacts.map(async ({ path, content }) => ({ path, content, standing: await standingFile(workspace, path) })));
  return found.filter(({ path, content, standing }) => !standing?.content.equals(Buffer.from(content)) && (standing?.version ?? null) !== expectedVersion(base, standing, task.role, path));
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

/** Reading is the team's, which must see what it replaces; writing is the role's. */
async function workspaceFor({ workspaces, roles }: LandingDeps, { task, privacy }: Landing, project: string): Promise<Workspace> {
  const { name, paths } = workerRole(await roles.read(), task.role);
  return workspaces.open(project, { name, paths: { read: ['**'], write: paths.write }, privacy: () => privacy });
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
