import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { Team } from '../../team';
import type { FileChange, Workspace } from '../../workspace';

export interface ProjectOptions {
  author?: string;
  expectedVersion?: string;
  ignoreCase?: boolean;
  onlyNew?: boolean;
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
  const options = context.getNodeParameter('options', itemIndex, {}) as ProjectOptions;
  const text = (parameter: string) => String(context.getNodeParameter(parameter, itemIndex, '') ?? '').trim();
  const name = text('project');
  if (name === '') throw new NodeOperationError(context.getNode(), 'The name of the project is missing.', { itemIndex, description: 'Write it into the field "Project".' });
  const author = options.author?.trim() || `workflow ${context.getWorkflow().name ?? ''}`.trim();
  const workspace = workspaces.open(name, { name: author, paths: { read: patterns(options.readPaths, ['**']), write: patterns(options.writePaths, ['**']) } });
  return {
    context, itemIndex, name, workspace, options, text,
    gated: async (change, carryOut) => await fileGate.through({ workspace, project: name, change, askedBy: author, executor: `execution ${context.getExecutionId()}` }, carryOut),
  };
}

/** A comma within braces belongs to its pattern. */
export function patterns(text: string | undefined, whenEmpty: string[]): string[] {
  const found = (text ?? '').split(/[,\n](?![^{]*\})/).map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
  return found.length === 0 ? whenEmpty : found;
}
