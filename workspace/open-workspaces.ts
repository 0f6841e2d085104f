import type { Clock } from '../kernel';
import type { FileStores } from './file-store';
import { GitObjects } from './git-objects';
import { pathTest } from './globs';
import { DEFAULT_WORKSPACE_LIMITS, type Jail, type WorkspaceLimits, allowedPath, standing } from './jail';
import { projectFolder } from './project-folder';
import { labelledFiles, projectLabel } from './project-label';
import { riskOfChange, type Risk } from './risk';
import { filesOfCommit, unpackChanges, workspaceVersions, type History } from './versions';
import { patchChanges, workspaceFiles } from './workspace-files';
import type { FileChange, WorkspaceUser, Workspaces } from './workspace';

export interface WorkspacesDeps {
  stores: FileStores;
  clock: Clock;
  limits?: WorkspaceLimits;
}

const MOST_REMEMBERED = 20_000;

/** The workspaces of a team, whatever keeps their bytes. */
export function openWorkspaces({ stores, clock, limits = DEFAULT_WORKSPACE_LIMITS }: WorkspacesDeps): Workspaces {
  const lastChange = new Map<string, Promise<unknown>>();
  const knownIds = new Map<string, string>();
  return {
    open(project, user) {
      const folder = projectFolder(project);
      const all = stores.open(folder, 'files');
      const files = user.privacy ? labelledFiles(all, projectLabel(stores, folder), user.privacy) : all;
      const jail: Jail = { name: user.name, ...testsOf(user), files, limits, clock, serially: (work) => inTurn(lastChange, folder, work) };
      const objects = new GitObjects(stores.open(folder, 'versions'));
      const history: History = { objects, idOfFile: (path, version) => idOfFile(knownIds, jail, objects, { key: `${folder}/${path}/${version}`, path, version }) };
      return { files: workspaceFiles(jail), versions: workspaceVersions(jail, history), riskOf: (change) => riskOf(jail, objects, change) };
    },
    privacyOf: async (project) => ((await projectLabel(stores, projectFolder(project)).isSecret()) ? 'secret' : undefined),
  };
}

function testsOf({ paths }: WorkspaceUser): Pick<Jail, 'mayRead' | 'mayWrite'> {
  const everywhere = () => true;
  return paths ? { mayRead: pathTest(paths.read), mayWrite: pathTest(paths.write) } : { mayRead: everywhere, mayWrite: everywhere };
}

function inTurn<T>(last: Map<string, Promise<unknown>>, folder: string, work: () => Promise<T>): Promise<T> {
  const done = (last.get(folder) ?? Promise.resolve()).then(work);
  const settled = done.catch(() => undefined).then(() => {
    if (last.get(folder) === settled) last.delete(folder);
  });
  last.set(folder, settled);
  return done;
}

/** A version stands for one content, so what was read once need not be read again to see that it has not changed. */
async function idOfFile(known: Map<string, string>, { files }: Jail, objects: GitObjects, { key, path, version }: { key: string; path: string; version: string }): Promise<string> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const file = await standing(files, path);
  const id = await objects.idOf(file?.content ?? Buffer.alloc(0));
  if (known.size >= MOST_REMEMBERED) known.clear();
  if (file?.version === version) known.set(key, id);
  return id;
}

async function riskOf(jail: Jail, objects: GitObjects, change: FileChange): Promise<Risk | undefined> {
  const paths = await pathsOf(jail, objects, change);
  const touched = new Map((await jail.files.list()).filter(({ path }) => paths.includes(path)).map((file) => [file.path, file]));
  const othersFiles = paths.filter((path) => touched.has(path) && touched.get(path)?.author !== jail.name);
  // A new file takes nothing from anybody.
  const files = change.kind === 'write' ? paths.filter((path) => touched.has(path)) : paths;
  return riskOfChange({ kind: change.kind, files, othersFiles });
}

async function pathsOf(jail: Jail, objects: GitObjects, change: FileChange): Promise<string[]> {
  switch (change.kind) {
    case 'write':
    case 'delete':
      return [allowedPath(jail, change.path, 'write')];
    case 'patch':
      return (await patchChanges(jail, change.diff)).map(({ path }) => path);
    case 'restore':
      return await filesOfCommit(objects, change.commit);
    case 'unpack':
      return (await unpackChanges(jail, change.archive)).map(({ path }) => path);
  }
}
