import type { INodeProperties } from 'n8n-workflow';
import { attemptField, goalField, memoryTokensField, modelRunsHereField, presetField, privacyField, runIdField, taskIdField, toolsNeedPersonField, toolsMayRepeatField, toolsStayHereField } from '../shared/fields';

export const fields: INodeProperties[] = [
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
    hint: '"As Planned" takes the role from the plan; without a plan, a researcher does the work',
  },
  { ...goalField, description: 'What to do when the item carries no task of a plan. Taken from the item: its goal, else its chat message, else a sample.' },
  { ...privacyField, description: 'How well the text must be protected. The plan may already ask for more; this can only raise it.' },
  presetField,
  modelRunsHereField,
  toolsStayHereField,
  toolsNeedPersonField,
  toolsMayRepeatField,
  memoryTokensField,
  runIdField,
  taskIdField,
  attemptField,
];
