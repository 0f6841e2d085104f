import { isAiosError } from '../../../kernel';
import type { Workspace } from '../../../workspace';
import { zipped } from '../../../workspace/zip';
import { CANARY, type Prison } from './prison';
import { spellings } from './spellings';

export interface PathRow {
  id: string;
  payload: string;
}

export interface AttackFigures {
  rows: number;
  /** Rows × spellings. */
  paths: number;
  /** Calls made with them. */
  calls: number;
  refused: number;
  /** Names that are harmless: written within, read, listed, deleted. */
  taken: number;
  /** What got out, each with its row and what it did; must be none. */
  escapes: string[];
  /** Errors that are none of ours: a path must be refused, not break something. */
  strange: string[];
}

const PROJECT = 'prison';

/** Tries every spelling of every row as a path, in a diff, in an archive, as a glob, as a commit and as the name of a project. */
export async function attack(prison: Prison, rows: readonly PathRow[]): Promise<AttackFigures> {
  const figures: AttackFigures = { rows: rows.length, paths: 0, calls: 0, refused: 0, taken: 0, escapes: [], strange: [] };
  const workspace = prison.workspaces.open(PROJECT, { name: 'mallory' });
  await workspace.files.write('first.txt', 'a');
  await workspace.versions.commit('first');
  for (const { id, payload } of rows) {
    for (const path of spellings(payload)) {
      figures.paths++;
      for (const [name, deed] of Object.entries(deeds(prison, workspace, path))) await judge(figures, `${id} ${name} ${JSON.stringify(path).slice(0, 100)}`, deed);
    }
  }
  figures.escapes.push(...prison.damage().map((what) => `damage: ${what}`));
  return figures;
}

async function judge(figures: AttackFigures, what: string, deed: () => Promise<string>): Promise<void> {
  figures.calls++;
  try {
    const shown = await deed();
    figures.taken++;
    if (shown.includes(CANARY) || shown.includes('root:') || shown === OUTSIDE) figures.escapes.push(what);
  } catch (error) {
    figures.refused++;
    if (!isAiosError(error) || error.kind === 'bug' || error.message.includes(CANARY)) figures.strange.push(`${what}: ${String(error).slice(0, 120)}`);
  }
}

const OUTSIDE = 'outside';

function deeds(prison: Prison, { files, versions }: Workspace, path: string): Record<string, () => Promise<string>> {
  return {
    read: async () => (await files.read(path)).content.toString(),
    write: async () => {
      const { path: written } = await files.write(path, 'written');
      const isInside = prison.isInside(PROJECT, written);
      await files.delete(path);
      return isInside ? '' : OUTSIDE;
    },
    patch: async () => {
      const { written } = await files.patch(`--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+patched\n`);
      const isInside = written.every((file) => prison.isInside(PROJECT, file.path));
      for (const file of written) await files.delete(file.path);
      return isInside ? '' : OUTSIDE;
    },
    list: async () => JSON.stringify(await files.list([path.slice(0, 300)])),
    search: async () => JSON.stringify(await files.search({ text: CANARY, globs: [path.slice(0, 300)] })),
    unpack: async () => {
      await versions.unpack(await zipped([{ path: 'first.txt', content: Buffer.from('a') }, { path, content: Buffer.from('unpacked') }]));
      return (await files.list()).every((file) => prison.isInside(PROJECT, file.path)) ? '' : OUTSIDE;
    },
    restore: async () => JSON.stringify(await versions.restore(path)),
    diff: async () => JSON.stringify(await versions.diff({ from: path })),
    project: async () => {
      const { files: others } = prison.workspaces.open(path, { name: 'mallory' });
      return JSON.stringify([await others.list(), await others.read('passwd').catch(() => ''), await others.read('config').catch(() => '')]);
    },
  };
}
