import type { INodeProperties } from 'n8n-workflow';
import { onlyFor, privacyField } from '../shared/fields';

export const operationField: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  default: 'recall',
  options: [
    { name: 'Assemble', value: 'assemble', action: 'Assemble a context', description: 'Makes one block of the best memories under a token budget, ready for a prompt' },
    { name: 'Consolidate', value: 'consolidate', action: 'Bring the memory in order', description: 'Removes what has expired, merges what says the same, makes room and embeds what has no vector; for a schedule' },
    { name: 'Forget', value: 'forget', action: 'Forget memories', description: 'Counts what a filter finds, then forgets exactly that; or erases a user everywhere' },
    { name: 'Hand Off', value: 'handOff', action: 'Hand work to another role', description: 'Gives a role all it needs to go on, and checks that it can answer from it' },
    { name: 'Recall', value: 'recall', action: 'Recall memories', description: 'Finds what fits a question, by words and by meaning' },
    { name: 'Remember', value: 'remember', action: 'Remember a text', description: 'Keeps a text, or the documents of the connected loader; what is nearly known is renewed instead of kept twice' },
  ],
};

const KINDS = [
  { name: 'Chat', value: 'chat', description: 'What was said; kept for 30 days' },
  { name: 'Fact', value: 'fact', description: 'What is known to be so; kept until it is forgotten' },
  { name: 'Scratch', value: 'scratch', description: 'Notes of one piece of work; kept for 24 hours' },
  { name: 'Trace', value: 'trace', description: 'What a task did and how it ended; kept for 30 days' },
];

const textField: INodeProperties = {
  displayName: 'Text',
  name: 'text',
  type: 'string',
  typeOptions: { rows: 4 },
  default: "={{ $json.text ?? $json.chatInput ?? $json.summary ?? $json.report ?? '' }}",
  placeholder: 'e.g. The library opens at 9 on Saturdays.',
  description: 'What to remember. Taken from the item: its text, else its chat message, else its summary or report. With a document loader connected its documents are remembered instead.',
};

const kindField: INodeProperties = { displayName: 'Kind', name: 'kind', type: 'options', default: 'fact', description: 'What kind of memory it is; this decides how long it is kept', options: KINDS };

const SCOPES = [
  { name: 'Project', value: 'project', description: 'All who work on one project' },
  { name: 'Role', value: 'role', description: 'One role of the team, for instance backend' },
  { name: 'Team', value: 'team', description: 'All workflows and roles of the team' },
  { name: 'User', value: 'user', description: 'One person' },
];

export const scopeField: INodeProperties = { displayName: 'Scope', name: 'scope', type: 'options', noDataExpression: true, default: 'team', description: 'Who it is for. You decide this here, no model does.', options: SCOPES };

export const lookInField: INodeProperties = {
  ...scopeField,
  displayName: 'Look In',
  description: 'Whose memories are looked at. You decide this here, no model does.',
  options: [{ name: 'Everywhere', value: 'all', description: 'Every scope, those of single users too' }, ...SCOPES],
};

const scopeNameField: INodeProperties = {
  displayName: 'Project, Role or User',
  name: 'scopeOf',
  type: 'string',
  default: '',
  placeholder: 'e.g. website',
  description: 'Which project, role or user. An expression may take it from the item; a model cannot fill it in.',
  displayOptions: { show: { scope: ['project', 'role', 'user'] } },
};

export const alsoTeamField: INodeProperties = {
  displayName: 'Also What Is for the Whole Team',
  name: 'alsoTeam',
  type: 'boolean',
  default: true,
  description: 'Whether memories of the whole team are looked at beside those of the project, role or user',
  displayOptions: { show: { scope: ['project', 'role', 'user'] } },
};

const queryField: INodeProperties = {
  displayName: 'Query',
  name: 'query',
  type: 'string',
  typeOptions: { rows: 2 },
  default: "={{ $json.query ?? $json.question ?? $json.chatInput ?? $json.goal ?? $json.text ?? 'What do we know?' }}",
  placeholder: 'e.g. When does the library open?',
  description: 'A question or some words. Taken from the item: its query, question, chat message, goal or text.',
};

const kindsField: INodeProperties = { displayName: 'Kinds', name: 'kinds', type: 'multiOptions', default: [], description: 'Only memories of these kinds; empty: of all', options: KINDS };

const upToField: INodeProperties = {
  ...privacyField,
  displayName: 'Privacy Up To',
  name: 'upTo',
  noDataExpression: true,
  description: 'The strictest label of what is given out. With "Secret" the query is embedded on this machine only.',
};

const provenanceOptions: INodeProperties[] = [
  { displayName: 'About User', name: 'user', type: 'string', default: '', description: 'The person it is about or from; erasing this user erases it' },
  { displayName: 'Project', name: 'project', type: 'string', default: '', description: 'The project it comes from' },
  { displayName: 'Role', name: 'role', type: 'string', default: '', description: 'The role it comes from' },
  { displayName: 'Run ID', name: 'runId', type: 'string', default: '', description: 'The run it comes from' },
  { displayName: 'Source', name: 'source', type: 'string', default: '', placeholder: 'e.g. handbook.pdf', description: 'Title or address of the document, for citing' },
];

const rememberOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    provenanceOptions[0]!,
    { displayName: 'Keep for (Hours)', name: 'keepForHours', type: 'number', typeOptions: { minValue: 0.001 }, default: 24, description: 'Unset: as long as its kind is kept' },
    ...provenanceOptions.slice(1),
  ],
};

const limitField: INodeProperties = { displayName: 'Limit', name: 'maxMemories', type: 'number', typeOptions: { minValue: 1, maxValue: 50 }, default: 8, description: 'How many memories come out at most' };

const outputField: INodeProperties = {
  displayName: 'Output',
  name: 'output',
  type: 'options',
  noDataExpression: true,
  default: 'items',
  description: 'How the memories come out',
  options: [
    { name: 'Each as an Item', value: 'items', description: 'None found gives no item; set "Always Output Data" in the settings if the workflow shall go on' },
    { name: 'One Item with a List', value: 'list', description: 'Also when nothing is found' },
  ],
};

const budgetField: INodeProperties = { displayName: 'Token Budget', name: 'budgetTokens', type: 'number', typeOptions: { minValue: 50, maxValue: 100_000 }, default: 1_000, description: 'How long the block may be at most, in tokens; memories that do not fit are named in the receipt' };

const filterOptions: INodeProperties = {
  displayName: 'Filter',
  name: 'filter',
  type: 'collection',
  placeholder: 'Add Condition',
  default: {},
  options: [
    provenanceOptions[0]!,
    { displayName: 'Created After', name: 'createdAfter', type: 'dateTime', default: '', description: 'Only younger memories' },
    { displayName: 'Created Before', name: 'createdBefore', type: 'dateTime', default: '', description: 'Only older memories' },
    ...provenanceOptions.slice(1),
  ],
};

export const whatField: INodeProperties = {
  displayName: 'What to Do',
  name: 'what',
  type: 'options',
  noDataExpression: true,
  default: 'count',
  description: 'Look first, then forget exactly what you have seen',
  options: [
    { name: 'Erase User', value: 'erase', description: 'Takes a person out of memories, conversations and runs that are over' },
    { name: 'Forget', value: 'forget', description: 'Forgets what the filter finds, if it is as many as you expect' },
    { name: 'Show Count', value: 'count', description: 'Says how many memories the filter finds; changes nothing' },
    { name: 'Show Count of User', value: 'countUser', description: 'Says what is there of a person; changes nothing' },
  ],
};

const show = (field: INodeProperties, name: string, ...values: string[]): INodeProperties => ({ ...field, displayOptions: { show: { ...field.displayOptions?.show, [name]: values } } });

const forgetFields: INodeProperties[] = [
  whatField,
  ...[{ ...lookInField, default: 'all' }, scopeNameField].map((field) => show(field, 'what', 'count', 'forget')),
  show(kindsField, 'what', 'count', 'forget'),
  show({ ...filterOptions, options: [...(filterOptions.options as INodeProperties[]), { displayName: 'IDs', name: 'ids', type: 'string', default: '', description: 'Only these memories, IDs separated by commas' }] as INodeProperties[] }, 'what', 'count', 'forget'),
  show({ displayName: 'User', name: 'user', type: 'string', required: true, default: '', description: 'The name or ID under which things were remembered' }, 'what', 'countUser', 'erase'),
  show({ displayName: 'Expected Count', name: 'expected', type: 'number', default: 0, description: 'What "Show Count" said. When it is another number now, nothing is forgotten.' }, 'what', 'forget', 'erase'),
];

const handOffFields: INodeProperties[] = [
  { displayName: 'From Role', name: 'from', type: 'string', default: "={{ $json.from ?? $json.role ?? 'backend' }}", description: 'Who hands off' },
  { displayName: 'To Role', name: 'to', type: 'string', default: "={{ $json.to ?? 'frontend' }}", description: 'Who goes on' },
  {
    displayName: 'Package',
    name: 'package',
    type: 'json',
    typeOptions: { rows: 8 },
    default: '={{ $json.package ?? { task: $json.goal ?? "Build the page", state: $json.summary ?? "Not begun", decisions: [], openQuestions: [], files: [], facts: [] } }}',
    description: 'What the new holder needs: {"task", "state"} as texts and {"decisions", "openQuestions", "files", "facts"} as lists of texts',
  },
  { displayName: 'Check the New Holder', name: 'check', type: 'boolean', default: true, description: 'Whether a model, in the new role, must answer questions from the package alone; each answer is compared with the package' },
];

export const embeddingRunsHereField: INodeProperties = {
  displayName: 'Embedding Runs on My Own Machine',
  name: 'embeddingRunsHere',
  type: 'boolean',
  default: false,
  description: 'Whether the embedding model connected to this node runs on a machine of yours. Only then may it see secret texts; others are found by their words. Without a connected one this has no effect.',
};

const consolidateFields: INodeProperties[] = [
  { displayName: 'Most Items', name: 'most', type: 'number', typeOptions: { minValue: 1 }, default: 100_000, description: 'How many items all scopes together may hold; those of the least worth go first' },
  { displayName: 'Most Items of One Scope', name: 'mostPerScope', type: 'number', typeOptions: { minValue: 1 }, default: 10_000, description: 'How many items one scope may hold' },
];

const findFields = [queryField, lookInField, scopeNameField, alsoTeamField, kindsField];

export const fields: INodeProperties[] = [
  operationField,
  ...[textField, kindField, scopeField, scopeNameField, privacyField, rememberOptions].map((field) => onlyFor(field, 'remember')),
  ...findFields.map((field) => onlyFor(field, 'recall', 'assemble')),
  onlyFor(limitField, 'recall'),
  onlyFor(budgetField, 'assemble'),
  ...[upToField, filterOptions].map((field) => onlyFor(field, 'recall', 'assemble')),
  onlyFor(outputField, 'recall'),
  ...[...handOffFields, privacyField].map((field) => onlyFor(field, 'handOff')),
  ...consolidateFields.map((field) => onlyFor(field, 'consolidate')),
  onlyFor(embeddingRunsHereField, 'remember', 'recall', 'assemble', 'consolidate'),
  ...forgetFields.map((field) => onlyFor(field, 'forget')),
];
