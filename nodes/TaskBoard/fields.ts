import type { INodeProperties } from 'n8n-workflow';
import { runIdField } from '../shared/fields';

export const fields: INodeProperties[] = [
  {
    displayName: 'Works like "Loop Over Items": <b>Ready</b> → Specialist Agent → QA Agent → back to this node. When all tasks have passed, one item leaves by <b>Done</b>; when the team cannot go on alone, by <b>Needs Person</b>.',
    name: 'notice',
    type: 'notice',
    default: '',
  },
  runIdField,
];
