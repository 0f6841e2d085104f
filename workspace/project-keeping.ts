import type { FileStores } from './file-store';
import { projectFolder } from './project-folder';
import { projectLabel } from './project-label';

export interface ProjectFacts {
  /** A plain name is its own folder; any other is a part of it and a hash. */
  folder: string;
  files: number;
  bytes: number;
  /** When a file was changed last; without files, the history. */
  changedAtMs: number;
  secret: boolean;
}

/** What a person who runs the team may do to whole projects. No agent, node or webhook is given it. Projects are told by name or by folder. */
export interface ProjectKeeping {
  /** Sorted by folder. */
  list(): Promise<ProjectFacts[]>;
  find(project: string): Promise<ProjectFacts | undefined>;
  /** With its history. @returns false when there is no such project */
  remove(project: string): Promise<boolean>;
  /** Takes the mark of secret work away; the next secret work in it makes it anew. @returns false when there was none */
  declassify(project: string): Promise<boolean>;
}

export function projectKeeping(stores: FileStores): ProjectKeeping {
  /** @throws {ProjectRefusedError} */
  const folderOf = async (project: string): Promise<{ folder: string; isThere: boolean }> => {
    const folders = await stores.folders();
    const folder = folders.includes(project) ? project : projectFolder(project);
    return { folder, isThere: folders.includes(folder) };
  };
  return {
    async list() {
      const projects: ProjectFacts[] = [];
      for (const folder of await stores.folders()) projects.push(await factsOf(stores, folder));
      return projects;
    },
    async find(project) {
      const { folder, isThere } = await folderOf(project);
      return isThere ? await factsOf(stores, folder) : undefined;
    },
    async remove(project) {
      const { folder, isThere } = await folderOf(project);
      // Also when it is not listed: a crash may have left some of one that was being deleted.
      await stores.remove(folder);
      return isThere;
    },
    async declassify(project) {
      const { folder } = await folderOf(project);
      return await projectLabel(stores, folder).lift();
    },
  };
}

async function factsOf(stores: FileStores, folder: string): Promise<ProjectFacts> {
  const files = await stores.open(folder, 'files').list();
  const latest = files.length > 0 ? files : await stores.open(folder, 'versions').list();
  return {
    folder,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    changedAtMs: latest.reduce((time, { changedAtMs }) => Math.max(time, changedAtMs), 0),
    secret: await projectLabel(stores, folder).isSecret(),
  };
}
