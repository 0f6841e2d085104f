import { errorFacts } from '../kernel';
import { mayLeaveMachine, type Privacy } from '../privacy';
import { SecretProjectError, SecretStaysError } from './errors';
import type { FileStore, FileStores } from './file-store';

/** Lies in the history's space, where no file of a project can be. */
const LABEL_FILE = 'privacy-label';

/** Whether a project holds secret work. Once it does, it does for good: nobody can say what of it came from where. */
export interface ProjectLabel {
  isSecret(): Promise<boolean>;
  /** @throws {SecretStaysError} where the project is kept elsewhere */
  makeSecret(): Promise<void>;
}

/** @param secretFolders those known to be secret, for all users of the stores */
export function projectLabel(stores: FileStores, folder: string, secretFolders: Set<string>): ProjectLabel {
  const space = stores.open(folder, 'versions');
  return {
    async isSecret() {
      // Elsewhere nothing secret was ever written.
      if (!stores.local) return false;
      if (!secretFolders.has(folder) && (await isThere(space))) secretFolders.add(folder);
      return secretFolders.has(folder);
    },
    async makeSecret() {
      if (!stores.local) throw new SecretStaysError(`project ${folder}`);
      if (!secretFolders.has(folder)) await space.put(LABEL_FILE, Buffer.from('secret'));
      secretFolders.add(folder);
    },
  };
}

/** The files in the hands of somebody whose work has a label: what is secret marks the project before it is written, and only secret work reads it then. */
export function labelledFiles(files: FileStore, label: ProjectLabel, privacy: () => Privacy): FileStore {
  const beforeChange = async () => {
    if (!mayLeaveMachine(privacy())) await label.makeSecret();
  };
  // After reading: what was written meanwhile was marked before.
  const readable = async <T>(read: T): Promise<T> => {
    if (mayLeaveMachine(privacy()) && (await label.isSecret())) throw new SecretProjectError();
    return read;
  };
  return {
    get: async (path) => await readable(await files.get(path)),
    list: async (folder) => await readable(await files.list(folder)),
    async put(path, content, options) {
      await beforeChange();
      return await files.put(path, content, options);
    },
    async delete(path, options) {
      await beforeChange();
      await files.delete(path, options);
    },
  };
}

async function isThere(space: FileStore): Promise<boolean> {
  try {
    await space.get(LABEL_FILE);
    return true;
  } catch (error) {
    if (errorFacts(error).code === 'FILE_NOT_FOUND') return false;
    throw error;
  }
}
