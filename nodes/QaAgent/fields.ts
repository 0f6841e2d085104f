import type { INodeProperties } from 'n8n-workflow';
import { attemptField, memoryTokensField, modelRunsHereField, presetField, runIdField, taskIdField } from '../shared/fields';

export const fields: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'review',
    options: [{ name: 'Review', value: 'review', action: 'Review delivered work', description: 'Gives a verdict on what a specialist has delivered' }],
  },
  presetField,
  modelRunsHereField,
  memoryTokensField,
  runIdField,
  taskIdField,
  attemptField,
];
