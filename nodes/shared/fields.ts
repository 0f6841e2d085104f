import type { INodeInputConfiguration, INodeProperties } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

export const SAMPLE_GOAL = 'Write a one-page plan for a small community library website, as Markdown.';

export const modelInput: INodeInputConfiguration = { type: NodeConnectionTypes.AiLanguageModel, displayName: 'Model', required: false, maxConnections: 1 };
export const memoryInput: INodeInputConfiguration = { type: NodeConnectionTypes.AiMemory, displayName: 'Memory', required: false, maxConnections: 1 };
export const toolInput: INodeInputConfiguration = { type: NodeConnectionTypes.AiTool, displayName: 'Tool', required: false };

export const presetField: INodeProperties = {
  displayName: 'Model Preference',
  name: 'preset',
  type: 'options',
  noDataExpression: true,
  default: 'localFirst',
  description: 'What matters most when the router chooses a model',
  options: [
    { name: 'Balanced', value: 'balanced', description: 'Weighs quality, price and speed against each other' },
    { name: 'Best Answer', value: 'best', description: 'The strongest model that may answer, whatever it costs' },
    { name: 'Cheapest', value: 'cheapest', description: 'The lowest price that can do the work' },
    { name: 'Fastest', value: 'fastest', description: 'The model that answers soonest' },
    { name: 'Local First', value: 'localFirst', description: 'Models on this machine where they are good enough, cloud models where they must' },
    { name: 'Local Only', value: 'privateOnly', description: 'Never asks a cloud model' },
  ],
};

export const privacyField: INodeProperties = {
  displayName: 'Privacy',
  name: 'privacy',
  type: 'options',
  default: 'internal',
  description: 'How well the text must be protected. A label can be raised later in the workflow, never lowered.',
  options: [
    { name: 'Public', value: 'public', description: 'Anybody may read it' },
    { name: 'Internal', value: 'internal', description: 'May be sent to the cloud services you have set up' },
    { name: 'Secret', value: 'secret', description: 'Never leaves this machine: only local models and local tools see it' },
  ],
};

export const modelRunsHereField: INodeProperties = {
  displayName: 'Model Runs on My Own Machine',
  name: 'modelRunsHere',
  type: 'boolean',
  default: false,
  description: 'Whether the model connected to this node runs on a machine of yours. Only then may it see secret work. Without a connected model, or with Hybrid Router Model, this has no effect.',
};

export const toolsStayHereField: INodeProperties = {
  displayName: 'Tools Stay on My Own Machine',
  name: 'toolsStayHere',
  type: 'boolean',
  default: false,
  description: 'Whether none of the connected tools sends data to other machines. Only then may secret work use them.',
};

export const memoryStaysHereField: INodeProperties = {
  displayName: 'Memory Stays on My Own Machine',
  name: 'memoryStaysHere',
  type: 'boolean',
  default: false,
  description: 'Whether the connected memory keeps what is said on a machine of yours. Only then may a secret conversation use it.',
};

export const toolsNeedPersonField: INodeProperties = {
  displayName: 'A Person Approves Each Tool Call',
  name: 'toolsNeedPerson',
  type: 'boolean',
  default: false,
  description: 'Whether the connected tools wait for an approver before each call. The run waits with its task and goes on with exactly the call that was approved.',
};

export const toolsMayRepeatField: INodeProperties = {
  displayName: 'Tools May Be Called Twice',
  name: 'toolsMayRepeat',
  type: 'boolean',
  default: false,
  description: 'Whether a tool call may be made again when n8n died in the middle of it, because the tools only look things up. Otherwise a person is asked, unless the tool takes an "idempotencyKey", which is then filled in.',
};

export const memoryTokensField: INodeProperties = {
  displayName: 'Team Memory (Tokens)',
  name: 'memoryTokens',
  type: 'number',
  typeOptions: { minValue: 0, maxValue: 4_000 },
  default: 400,
  description: 'How much of each prompt may come from what the team remembers of similar work, quoted. Tasks that end are remembered for the next time. 0 switches both off.',
};

export const runIdField: INodeProperties = {
  displayName: 'Run ID',
  name: 'runId',
  type: 'string',
  default: "={{ $json.runId ?? '' }}",
  placeholder: '{{ $json.runId }}',
  description: 'Which run the item belongs to. Items of the CTO Agent, the Task Board and the Team API Trigger carry it: leave it as it is.',
};

export const taskIdField: INodeProperties = {
  displayName: 'Task ID',
  name: 'taskId',
  type: 'string',
  default: "={{ $json.taskId ?? '' }}",
  placeholder: '{{ $json.taskId }}',
  description: 'Which task of the run. Items of the Task Board carry it: leave it as it is.',
};

export const attemptField: INodeProperties = {
  displayName: 'Attempt',
  name: 'attempt',
  type: 'number',
  default: '={{ $json.attempt ?? 1 }}',
  description: 'Which try at the task. Items of the Task Board carry it: leave it as it is.',
};

export const goalField: INodeProperties = {
  displayName: 'Goal',
  name: 'goal',
  type: 'string',
  typeOptions: { rows: 4 },
  default: `={{ $json.goal ?? $json.chatInput ?? '${SAMPLE_GOAL}' }}`,
  placeholder: 'e.g. Build a landing page for our spring sale with a sign-up form',
  description: 'What you want to have in the end, in your own words. Taken from the item: its goal, else its chat message, else a sample.',
};

/** Shows a field only for some operations of the node. */
export function onlyFor(field: INodeProperties, ...operations: string[]): INodeProperties {
  return { ...field, displayOptions: { show: { ...field.displayOptions?.show, operation: operations } } };
}
