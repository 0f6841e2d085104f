import { FileNotFoundError } from './errors';
import type { FileFacts, StoredContent } from './file-store';
import { pathTest } from './globs';
import { type Change, type Jail, allowedPath, applyChanges, standing } from './jail';
import { parsedPatch, patchedContent } from './patches';
import { searchFiles } from './search';
import type { WorkspaceFiles } from './workspace';

export function workspaceFiles(jail: Jail): WorkspaceFiles {
  return {
    read: (path) => read(jail, path),
    write: async (path, content, expected) => (await jail.serially(() => write(jail, [{ path, content, expected }])))[0]!,
    writeAll: (files) => jail.serially(() => write(jail, files)),
    list: (globs) => list(jail, globs),
    search: async (query, signal) => await searchFiles({ files: await list(jail, query.globs), read: (path) => read(jail, path), clock: jail.clock }, query, signal),
    delete: (path, expected) => jail.serially(() => remove(jail, path, expected)),
    patch: (diff) => jail.serially(async () => await applyChanges(jail, await patchChanges(jail, diff))),
  };
}

async function read(jail: Jail, asked: string): Promise<StoredContent> {
  return await jail.files.get(allowedPath(jail, asked, 'read'));
}

async function write(jail: Jail, files: Parameters<WorkspaceFiles['writeAll']>[0]): Promise<FileFacts[]> {
  const changes = files.map(({ path, content, expected }): Change => ({ path: allowedPath(jail, path, 'write'), content: Buffer.from(content), ...(expected !== undefined && { expected }) }));
  return (await applyChanges(jail, changes)).written;
}

async function remove(jail: Jail, asked: string, expected?: string): Promise<void> {
  const path = allowedPath(jail, asked, 'write');
  if (!(await standing(jail.files, path))) throw new FileNotFoundError(path);
  await applyChanges(jail, [{ path, content: null, ...(expected !== undefined && { expected }) }]);
}

async function list({ files, mayRead }: Jail, globs: readonly string[] = []): Promise<FileFacts[]> {
  const isMeant = globs.length === 0 ? () => true : pathTest(globs);
  return (await files.list()).filter(({ path }) => mayRead(path) && isMeant(path));
}

/** @throws {PatchRefusedError} before anything is changed */
export async function patchChanges(jail: Jail, diff: string): Promise<Change[]> {
  const changes: Change[] = [];
  for (const patch of parsedPatch(diff)) {
    const from = allowedPath(jail, patch.from, 'read');
    const file = await standing(jail.files, from);
    changes.push({ path: patch.path, content: patchedContent(patch, file?.content), expected: patch.kind === 'rename' ? null : (file?.version ?? null) });
    if (patch.kind === 'rename') changes.push({ path: from, content: null, expected: file!.version });
  }
  return changes;
}
