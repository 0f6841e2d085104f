import type { INodeProperties } from 'n8n-workflow';

export type Resource = 'file' | 'version';
export type FileOperation = 'read' | 'write' | 'list' | 'search' | 'delete';
export type VersionOperation = 'diff' | 'commit' | 'restore' | 'snapshot';

function shownFor(field: INodeProperties, show: Record<string, string[]>): INodeProperties {
  return { ...field, displayOptions: { show: { ...field.displayOptions?.show, ...show } } };
}
const forFile = (field: INodeProperties, ...operation: FileOperation[]) => shownFor(field, { resource: ['file'], operation });
const forVersion = (field: INodeProperties, ...operation: VersionOperation[]) => shownFor(field, { resource: ['version'], operation });

const SAMPLE_TEXT = 'Hello from the workspace.';

export const globsField: INodeProperties = { displayName: 'Paths', name: 'globs', type: 'string', default: '', placeholder: 'e.g. src/**, !**/*.min.js', description: 'Only files these patterns name, separated by commas; with ! before it a pattern leaves files out. Empty: all.' };

export const authorField: INodeProperties = { displayName: 'Author', name: 'author', type: 'string', default: '', placeholder: 'e.g. backend', description: 'Who is noted as author, and whose files are his own. Empty: this workflow.' };
export const expectedVersionField: INodeProperties = { displayName: 'Expected Version', name: 'expectedVersion', type: 'string', default: '', description: 'For Write and Delete: the version the file must have, as Read and List give it. When somebody changed it meanwhile, the item fails and nothing is changed.' };
export const ignoreCaseField: INodeProperties = { displayName: 'Ignore Case', name: 'ignoreCase', type: 'boolean', default: false, description: 'Whether Search takes A and a as the same' };
export const onlyNewField: INodeProperties = { displayName: 'Only New Files', name: 'onlyNew', type: 'boolean', default: false, description: 'Whether Write fails when there is a file already' };
export const readPathsField: INodeProperties = { displayName: 'Readable Paths', name: 'readPaths', type: 'string', default: '', placeholder: 'e.g. docs/**, src/**, !**/.env', description: 'Patterns of what may be read, separated by commas. Empty: all.' };
export const snapshotOfField: INodeProperties = { displayName: 'Snapshot of Commit', name: 'snapshotOf', type: 'string', default: '', description: 'For Snapshot: ID of a commit. Empty: the files as they are now.' };
export const writePathsField: INodeProperties = { displayName: 'Writable Paths', name: 'writePaths', type: 'string', default: '', placeholder: 'e.g. src/**, !src/generated/**', description: 'Patterns of what may be changed, separated by commas. Empty: all.' };

export const fields: INodeProperties[] = [
  {
    displayName: 'Resource',
    name: 'resource',
    type: 'options',
    noDataExpression: true,
    default: 'file',
    description: 'What to work with',
    options: [
      { name: 'File', value: 'file', description: 'The files of a project as they are now' },
      { name: 'Version', value: 'version', description: 'What they were: commits, differences and snapshots' },
    ],
  },
  shownFor({
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'write',
    options: [
      { name: 'Delete', value: 'delete', action: 'Delete a file', description: 'Deletes one file; a person is asked first' },
      { name: 'List', value: 'list', action: 'List files', description: 'Gives the paths, sizes, versions and authors of all files' },
      { name: 'Read', value: 'read', action: 'Read a file', description: 'Gives a file as text and as binary data' },
      { name: 'Search', value: 'search', action: 'Search in files', description: 'Finds a text or an expression, line by line' },
      { name: 'Write', value: 'write', action: 'Write a file', description: 'Makes or replaces one file; a person is asked before somebody else\'s is replaced' },
    ],
  }, { resource: ['file'] }),
  shownFor({
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'diff',
    options: [
      { name: 'Commit', value: 'commit', action: 'Commit changes', description: 'Keeps the files as they are as a version' },
      { name: 'Diff', value: 'diff', action: 'Show changes', description: 'Shows what changed since a commit, or between two' },
      { name: 'Restore', value: 'restore', action: 'Restore files', description: 'Takes one commit back and keeps later ones, or brings a snapshot back; a person is asked first' },
      { name: 'Snapshot', value: 'snapshot', action: 'Take a snapshot', description: 'Gives all files as one zip' },
    ],
  }, { resource: ['version'] }),
  {
    displayName: 'Project',
    name: 'project',
    type: 'string',
    default: "={{ $json.project || 'playground' }}",
    placeholder: 'e.g. shop',
    description: 'Whose files are meant. Each project has a folder of its own that nothing leads out of.',
  },
  forFile({ displayName: 'Path', name: 'path', type: 'string', default: 'outputs/hello.md', placeholder: 'e.g. src/app.js', description: 'Of the file, below the project\'s folder, with forward slashes' }, 'read', 'write', 'delete'),
  forFile({
    displayName: 'Content From',
    name: 'contentFrom',
    type: 'options',
    noDataExpression: true,
    default: 'text',
    description: 'Where the content of the file is',
    options: [
      { name: 'Binary Data', value: 'binary', description: 'A binary field of the item' },
      { name: 'Text', value: 'text', description: 'The field below' },
    ],
  }, 'write'),
  shownFor(forFile({ displayName: 'Text', name: 'content', type: 'string', typeOptions: { rows: 6 }, default: `={{ $json.content ?? $json.text ?? '${SAMPLE_TEXT}' }}`, description: 'What the file will hold' }, 'write'), { contentFrom: ['text'] }),
  shownFor(forFile({ displayName: 'Binary Field', name: 'binaryField', type: 'string', default: 'data', description: 'Name of the item\'s binary field that holds the file' }, 'write'), { contentFrom: ['binary'] }),
  forFile({ displayName: 'Search For', name: 'query', type: 'string', default: 'Hello', description: 'Text, or an expression when that is switched on' }, 'search'),
  forFile({ displayName: 'Is an Expression', name: 'isRegex', type: 'boolean', default: false, description: 'Whether it is a regular expression (RE2: no look-around, no back references)' }, 'search'),
  forFile(globsField, 'list', 'search'),
  forVersion({ displayName: 'Message', name: 'message', type: 'string', default: "={{ $json.message ?? 'Changes by a workflow' }}", description: 'What was changed, in one line' }, 'commit'),
  forVersion({ displayName: 'From Commit', name: 'from', type: 'string', default: '', placeholder: 'e.g. 1f3a9c2', description: 'ID of the older commit, at least 7 digits of it. Empty: the last commit.' }, 'diff'),
  forVersion({ displayName: 'To Commit', name: 'to', type: 'string', default: '', placeholder: 'e.g. 8be01d4', description: 'ID of the newer commit. Empty: the files as they are now.' }, 'diff'),
  forVersion({
    displayName: 'Restore From',
    name: 'restoreFrom',
    type: 'options',
    noDataExpression: true,
    default: 'commit',
    description: 'What to bring back',
    options: [
      { name: 'Commit', value: 'commit', description: 'Takes back what this one commit changed; later commits stay' },
      { name: 'Snapshot', value: 'snapshot', description: 'Makes all files those of a zip; what is not in it is deleted' },
    ],
  }, 'restore'),
  shownFor(forVersion({ displayName: 'Commit', name: 'commit', type: 'string', default: "={{ $json.commit ?? '' }}", placeholder: 'e.g. 1f3a9c2', description: 'ID of the commit to take back, at least 7 digits of it. Items of Commit carry it.' }, 'restore'), { restoreFrom: ['commit'] }),
  shownFor(forVersion({ displayName: 'Binary Field', name: 'binaryField', type: 'string', default: 'data', description: 'Name of the item\'s binary field that holds the zip' }, 'restore'), { restoreFrom: ['snapshot'] }),
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [
      authorField,
      expectedVersionField,
      ignoreCaseField,
      onlyNewField,
      readPathsField,
      snapshotOfField,
      writePathsField,
    ],
  },
];
