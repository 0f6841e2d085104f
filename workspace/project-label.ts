import { errorFacts } from '../kernel';
import { mayLeaveMachine, type Privacy } from '../privacy';
import { SecretProjectError, SecretStaysError } from './errors';
import type { FileStore, FileStores } from './file-store';

/** Lies in the history's space, where no file of a project can be. */
const LABEL_FILE = 'privacy-label';

/** Whether a project holds secret work. Once it does, it does until a person who runs the team says otherwise: nobody else can say what of it came from where. */
export interface ProjectLabel {
  isSecret(): Promise<boolean>;
  /** @throws {SecretStaysError} where the project is kept elsewhere */
  makeSecret(): Promise<void>;
  /** @returns whether there was a mark */
  lift(): Promise<boolean>;
}

/** Looked for each time: another process may have made it, and a person may have lifted it. */
export function projectLabel(stores: FileStores, folder: string): ProjectLabel {
  const space = stores.open(folder, 'versions');
  return {
    // Elsewhere nothing secret was ever written.
    isSecret: async () => stores.local && (await isThere(space)),
    async makeSecret() {
      if (!stores.local) throw new SecretStaysError(`project ${folder}`);
      if (!(await isThere(space))) await space.put(LABEL_FILE, Buffer.from('secret'));
    },
    async lift() {
      const isMarked = await isThere(space);
      if (isMarked) await space.delete(LABEL_FILE);
      return isMarked;
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
