import type { IDataObject } from 'n8n-workflow';
import type { Commit } from '../../workspace';
import { asBinary } from '../shared/files-as-binary';
import type { ItemAnswer } from '../shared/for-each-item';
import type { VersionOperation } from './fields';
import type { OpenProject } from './open-project';

export async function versionAnswer(project: OpenProject): Promise<ItemAnswer> {
  const { name, workspace, text, options, context } = project;
  switch (text('operation') as VersionOperation) {
    case 'diff': {
      const { diff, files } = await workspace.versions.diff({ ...(text('from') && { from: text('from') }), ...(text('to') && { to: text('to') }) });
      return { json: { project: name, changed: files.length > 0, files: files.map((file) => ({ ...file })), diff } };
    }
    case 'commit':
      return { json: { project: name, ...committed(await workspace.versions.commit(text('message'))) } };
    case 'restore':
      return await restore(project);
    case 'snapshot': {
      const archive = await workspace.versions.snapshot(options.snapshotOf);
      return { json: { project: name, bytes: archive.length }, binary: { data: await asBinary(context, `${fileName(name)}.zip`, archive) } };
    }
  }
}

async function restore(project: OpenProject): Promise<ItemAnswer> {
  const { context, itemIndex, name, workspace, text } = project;
  if (text('restoreFrom') === 'snapshot') {
    const archive = await context.helpers.getBinaryDataBuffer(itemIndex, text('binaryField'));
    const { written, deleted } = await project.gated({ kind: 'unpack', archive }, () => workspace.versions.unpack(archive));
    return { json: { project: name, written: written.map(({ path }) => path), deleted } };
  }
  const commit = text('commit');
  return { json: { project: name, restored: commit, ...committed(await project.gated({ kind: 'restore', commit }, () => workspace.versions.restore(commit))) } };
}

/** Without a change there is no commit: the field is there all the same, and empty. */
function committed(commit: Commit | undefined): IDataObject {
  if (!commit) return { commit: '', committed: false, files: [] };
  return { commit: commit.id, committed: true, message: commit.message, author: commit.author, files: commit.files };
}

function fileName(project: string): string {
  return project.replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-+|-+$/g, '') || 'project';
}
