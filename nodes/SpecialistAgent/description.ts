import type { INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { attemptField, goalField, modelInput, modelRunsHereField, presetField, privacyField, runIdField, taskIdField, teamCredential, toolInput, toolsStayHereField } from '../shared/fields';

export const description: INodeTypeDescription = {
  displayName: 'Specialist Agent',
  name: 'specialistAgent',
  icon: { light: 'file:specialist-agent.svg', dark: 'file:specialist-agent.dark.svg' },
  group: ['transform'],
  version: 1,
  subtitle: '={{ $parameter["role"] ? "Work as " + $parameter["role"] : "Work" }}',
  description: 'Does one task of the plan and delivers files. All tasks that come in together are done side by side.',
  defaults: { name: 'Specialist Agent' },
  inputs: [NodeConnectionTypes.Main, modelInput, toolInput],
  outputs: [NodeConnectionTypes.Main],
  credentials: [teamCredential],
  properties: [
    {
      displayName: 'Operation',
      name: 'operation',
      type: 'options',
      noDataExpression: true,
      default: 'work',
      options: [{ name: 'Work', value: 'work', action: 'Work on a task', description: 'Does the task the item carries, or the goal when it carries none' }],
    },
    {
      displayName: 'Role Name or ID',
      name: 'role',
      type: 'options',
      typeOptions: { loadOptionsMethod: 'getRoles' },
      default: '',
      description: 'Who does the work. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
      hint: '"As Planned" takes the role from the plan',
    },
    { ...goalField, description: 'What to do when the item carries no task of a plan. Taken from the item: its goal, else its chat message, else a sample.' },
    runIdField,
    taskIdField,
    attemptField,
    { ...privacyField, description: 'How well the text must be protected. The plan may already ask for more; this can only raise it.' },
    presetField,
    modelRunsHereField,
    toolsStayHereField,
  ],
};
