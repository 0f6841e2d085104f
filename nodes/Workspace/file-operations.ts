import type { IDataObject } from 'n8n-workflow';
import type { FileFacts } from '../../workspace';
import { asBinary } from '../shared/files-as-binary';
import type { ItemAnswer } from '../shared/for-each-item';
import type { FileOperation } from './fields';
import { patterns, type OpenProject } from './open-project';

export async function fileAnswer(project: OpenProject, signal: AbortSignal): Promise<ItemAnswer> {
  const operation = project.text('operation') as FileOperation;
  switch (operation) {
    case 'read':
      return await read(project);
    case 'write':
      return await write(project);
    case 'list': {
      const files = await project.workspace.files.list(globsOf(project));
      return { json: { project: project.name, count: files.length, files: files.map(facts) } };
    }
    case 'search': {
      const found = await project.workspace.files.search({ text: project.text('query'), isRegex: project.context.getNodeParameter('isRegex', project.itemIndex, false) as boolean, ignoreCase: project.options.ignoreCase ?? false, globs: globsOf(project) }, signal);
      return { json: { project: project.name, count: found.matches.length, ...found, matches: found.matches.map((match) => ({ ...match })) } };
    }
    case 'delete':
      return await remove(project);
  }
}

async function read({ context, name, workspace, text }: OpenProject): Promise<ItemAnswer> {
  const { content, ...file } = await workspace.files.read(text('path'));
  const isBinary = content.subarray(0, 8_000).includes(0);
  return { json: { project: name, ...facts(file), ...(!isBinary && { content: content.toString('utf8') }) }, binary: { data: await asBinary(context, file.path, content) } };
}

async function write(project: OpenProject): Promise<ItemAnswer> {
  const { context, itemIndex, name, workspace, options, text } = project;
  const path = text('path');
  const content = text('contentFrom') === 'binary' ? await context.helpers.getBinaryDataBuffer(itemIndex, text('binaryField')) : String(context.getNodeParameter('content', itemIndex) ?? '');
  const expected = options.onlyNew ? null : options.expectedVersion?.trim() || undefined;
  const file = await project.gated({ kind: 'write', path, content }, () => workspace.files.write(path, content, expected));
  return { json: { project: name, ...facts(file) } };
}

async function remove(project: OpenProject): Promise<ItemAnswer> {
  const path = project.text('path');
  await project.gated({ kind: 'delete', path }, () => project.workspace.files.delete(path, project.options.expectedVersion?.trim() || undefined));
  return { json: { project: project.name, path, deleted: true } };
}

function facts({ path, bytes, version, author, changedAtMs }: FileFacts): IDataObject {
  return { path, bytes, version, author: author ?? '', changedAt: new Date(changedAtMs).toISOString() };
}

function globsOf({ text }: OpenProject): string[] {
  return patterns(text('globs'), []);
}
