import git from 'isomorphic-git';
import { errorFacts } from '../kernel';
import { CommitNotFoundError } from './errors';
import type { FileStore } from './file-store';
import { storeAsFileSystem } from './store-as-file-system';

/** Path → id of its content. */
export type Tree = ReadonlyMap<string, string>;

export interface CommitObject {
  id: string;
  message: string;
  author: string;
  atMs: number;
  parent?: string;
  tree: string;
}

export interface NewCommit {
  tree: Tree;
  message: string;
  author: string;
  atMs: number;
  /** What the branch must point at; undefined for the first commit. */
  parent: Branch | undefined;
}

/** Where the branch points, and the version of that pointer in its store. */
export interface Branch {
  commit: string;
  version: string;
}

/** One branch is all there is, so that no name of one ever comes from a caller. */
const BRANCH = 'refs/heads/main';
const GIT_FOLDER = 'git';
const FILE_MODE = '100644';
const FOLDER_MODE = '040000';
const COMMIT_ID = /^[0-9a-f]{40}$/;

/** Git's own format, written and read without git: no hook, filter or setting of a repository is ever obeyed. `git clone` reads what is written here. */
export class GitObjects {
  private readonly place: { fs: ReturnType<typeof storeAsFileSystem>; gitdir: string };

  constructor(private readonly store: FileStore) {
    this.place = { fs: storeAsFileSystem(store, GIT_FOLDER), gitdir: GIT_FOLDER };
  }

  async branch(): Promise<Branch | undefined> {
    try {
      const { content, version } = await this.store.get(BRANCH);
      return { commit: content.toString('utf8').trim(), version };
    } catch (error) {
      if (errorFacts(error).code === 'FILE_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** The id a content would have. */
  async idOf(content: Uint8Array): Promise<string> {
    return (await git.hashBlob({ object: content })).oid;
  }

  async write(content: Uint8Array): Promise<string> {
    return await git.writeBlob({ ...this.place, blob: content });
  }

  async content(id: string): Promise<Buffer> {
    return Buffer.from((await git.readBlob({ ...this.place, oid: id })).blob);
  }

  /** @throws {CommitNotFoundError} */
  async commit(id: string): Promise<CommitObject> {
    if (!COMMIT_ID.test(id)) throw new CommitNotFoundError(id);
    try {
      const { commit } = await git.readCommit({ ...this.place, oid: id });
      return { id, message: commit.message.trimEnd(), author: commit.author.name, atMs: commit.author.timestamp * 1_000, ...(commit.parent[0] && { parent: commit.parent[0] }), tree: commit.tree };
    } catch (error) {
      if (errorFacts(error).code === 'NotFoundError' || errorFacts(error).code === 'ObjectTypeError') throw new CommitNotFoundError(id);
      throw error;
    }
  }

  async treeOf(commit: CommitObject | undefined): Promise<Tree> {
    const files = new Map<string, string>();
    if (commit) await this.readTree(commit.tree, '', files);
    return files;
  }

  /** Moves the branch when it still is where `parent` says. @throws {FileConflictError} */
  async add({ tree, message, author, atMs, parent }: NewCommit): Promise<string> {
    const who = { name: author, email: 'team@aios.invalid', timestamp: Math.floor(atMs / 1_000), timezoneOffset: 0 };
    const treeId = await this.writeTree([...tree]);
    const id = await git.writeCommit({ ...this.place, commit: { message: `${message}\n`, tree: treeId, parent: parent ? [parent.commit] : [], author: who, committer: who } });
    // So that git itself takes the folder for what it is.
    if (!parent) {
      await this.store.put('HEAD', Buffer.from(`ref: ${BRANCH}\n`));
      await this.store.put('config', Buffer.from('[core]\n\trepositoryformatversion = 0\n\tbare = true\n'));
    }
    await this.store.put(BRANCH, Buffer.from(`${id}\n`), { expected: parent?.version ?? null });
    return id;
  }

  private async readTree(id: string, prefix: string, files: Map<string, string>): Promise<void> {
    const { tree } = await git.readTree({ ...this.place, oid: id });
    for (const { path, oid, type } of tree) {
      if (type === 'tree') await this.readTree(oid, `${prefix}${path}/`, files);
      else if (type === 'blob') files.set(prefix + path, oid);
    }
  }

  private async writeTree(files: ReadonlyArray<readonly [path: string, id: string]>): Promise<string> {
    const folders = new Map<string, Array<[string, string]>>();
    const tree: Parameters<typeof git.writeTree>[0]['tree'] = [];
    for (const [path, oid] of files) {
      const slash = path.indexOf('/');
      if (slash < 0) tree.push({ mode: FILE_MODE, path, oid, type: 'blob' });
      else folders.set(path.slice(0, slash), [...(folders.get(path.slice(0, slash)) ?? []), [path.slice(slash + 1), oid]]);
    }
    for (const [path, below] of folders) tree.push({ mode: FOLDER_MODE, path, oid: await this.writeTree(below), type: 'tree' });
    return await git.writeTree({ ...this.place, tree });
  }
}
