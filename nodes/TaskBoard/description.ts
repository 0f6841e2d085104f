import type { INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { runIdField, teamCredential } from '../shared/fields';

export const description: INodeTypeDescription = {
  displayName: 'Task Board',
  name: 'taskBoard',
  icon: { light: 'file:task-board.svg', dark: 'file:task-board.dark.svg' },
  group: ['transform'],
  version: 1,
  subtitle: 'Hand Out Ready Tasks',
  description: 'Hands out the tasks whose predecessors have passed, round after round, until the plan is through',
  defaults: { name: 'Task Board' },
  inputs: [NodeConnectionTypes.Main],
  outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
  outputNames: ['Ready', 'Done', 'Needs Person'],
  credentials: [teamCredential],
  properties: [
    {
      displayName: 'Works like "Loop Over Items": <b>Ready</b> → Specialist Agent → QA Agent → back to this node. When all tasks have passed, one item leaves by <b>Done</b>; when the team cannot go on alone, by <b>Needs Person</b>.',
      name: 'notice',
      type: 'notice',
      default: '',
    },
    runIdField,
  ],
};
