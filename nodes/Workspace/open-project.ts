import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { Team } from '../../team';
import type { FileChange, Workspace } from '../../workspace';
import { nameIn, optionalName } from '../shared/written-name';
import { optionalTruth } from '../shared/written-truth';
import { authorField, expectedVersionField, ignoreCaseField, onlyNewField, readPathsField, snapshotOfField, writePathsField } from './fields';

/** What "Options" holds; a field that is not added, or left empty, is undefined. */
export interface ProjectOptions {
  author?: string;
  expectedVersion?: string;
  ignoreCase: boolean;
  onlyNew: boolean;
  readPaths?: string;
  snapshotOf?: string;
  writePaths?: string;
}

/** The project an item is about, in the hands of its author. */
export interface OpenProject {
  context: IExecuteFunctions;
  itemIndex: number;
  name: string;
  workspace: Workspace;
  options: ProjectOptions;
  /** A parameter of the item, without spaces around it. */
  text(parameter: string): string;
  /** Changes files when nobody has to be asked, or when a person has said yes to exactly this. */
  gated<T>(change: FileChange, carryOut: () => Promise<T>): Promise<T>;
}

export function openProject(context: IExecuteFunctions, { workspaces, fileGate }: Team, itemIndex: number): OpenProject {
  const options = projectOptions(context, itemIndex);
  const text = (parameter: string) => nameIn(context, { name: parameter, value: context.getNodeParameter(parameter, itemIndex, '') }, itemIndex).trim();
  const name = text('project');
  if (name === '') throw new NodeOperationError(context.getNode(), 'The name of the project is missing.', { itemIndex, description: 'Write it into the field "Project".' });
  const author = options.author ?? `workflow ${context.getWorkflow().name ?? ''}`.trim();
  const workspace = workspaces.open(name, { name: author, paths: { read: patterns(options.readPaths, ['**']), write: patterns(options.writePaths, ['**']) } });
  return {
    context, itemIndex, name, workspace, options, text,
    gated: async (change, carryOut) => await fileGate.through({ workspace, project: name, change, askedBy: author, executor: `execution ${context.getExecutionId()}` }, carryOut),
  };
}

/** One that was added and whose expression finds nothing is a mistake: every path would be open, or what somebody else wrote would be replaced. @throws {NodeOperationError} */
function projectOptions(context: IExecuteFunctions, itemIndex: number): ProjectOptions {
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const text = (field: INodeProperties) => optionalName(context, options, field, itemIndex);
  const isOn = (field: INodeProperties) => optionalTruth(context, options, field, itemIndex);
  return {
    author: text(authorField),
    expectedVersion: text(expectedVersionField),
    ignoreCase: isOn(ignoreCaseField),
    onlyNew: isOn(onlyNewField),
    readPaths: text(readPathsField),
    snapshotOf: text(snapshotOfField),
    writePaths: text(writePathsField),
  };
}

/** A comma within braces belongs to its pattern. */
export function patterns(text: string | undefined, whenEmpty: string[]): string[] {
  const found = (text ?? '').split(/[,\n](?![^{]*\})/).map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
  return found.length === 0 ? whenEmpty : found;
}
