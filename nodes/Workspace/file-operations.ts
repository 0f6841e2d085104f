import type { IDataObject } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { FileFacts } from '../../workspace';
import { asBinary } from '../shared/files-as-binary';
import type { ItemAnswer } from '../shared/for-each-item';
import { writtenName } from '../shared/written-name';
import { type FileOperation, globsField } from './fields';
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
      const found = await project.workspace.files.search({ text: project.text('query'), isRegex: project.context.getNodeParameter('isRegex', project.itemIndex, false) as boolean, ignoreCase: project.options.ignoreCase, globs: globsOf(project) }, signal);
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
  const content = text('contentFrom') === 'binary' ? await context.helpers.getBinaryDataBuffer(itemIndex, text('binaryField')) : textToWrite(project);
  const expected = options.onlyNew ? null : options.expectedVersion;
  const file = await project.gated({ kind: 'write', path, content }, () => workspace.files.write(path, content, expected));
  return { json: { project: name, ...facts(file) } };
}

/** An empty text empties the file, which may be meant; an expression that finds nothing is not. */
function textToWrite({ context, itemIndex }: OpenProject): string {
  const content = context.getNodeParameter('content', itemIndex) as unknown;
  if (content === undefined || content === null) throw new NodeOperationError(context.getNode(), '"Text" is nothing, so no file was written.', { itemIndex, description: 'Look what its expression finds. For an empty file write {{ \'\' }}.' });
  return typeof content === 'object' ? JSON.stringify(content, null, 2) : String(content);
}

async function remove(project: OpenProject): Promise<ItemAnswer> {
  const path = project.text('path');
  await project.gated({ kind: 'delete', path }, () => project.workspace.files.delete(path, project.options.expectedVersion));
  return { json: { project: project.name, path, deleted: true } };
}

function facts({ path, bytes, version, author, changedAtMs }: FileFacts): IDataObject {
  return { path, bytes, version, author: author ?? '', changedAt: new Date(changedAtMs).toISOString() };
}

function globsOf({ context, itemIndex }: OpenProject): string[] {
  return patterns(writtenName(context, context.getNodeParameter(globsField.name, itemIndex, ''), globsField.displayName, itemIndex), []);
}
