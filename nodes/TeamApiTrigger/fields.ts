import type { INodeProperties } from 'n8n-workflow';
import { privacyField } from '../shared/fields';

export const fields: INodeProperties[] = [
  {
    displayName:
      'Every request needs the header <code>Authorization: Bearer …</code> with the team\'s API token: a password you choose in the field "API Token" of the credential, or AIOS_API_TOKEN. Without one the interface stays closed.',
    name: 'notice',
    type: 'notice',
    default: '',
  },
  { ...privacyField, displayName: 'Lowest Privacy', name: 'minPrivacy', description: 'How well every goal is protected at least. A request can ask for more, never for less.' },
  {
    displayName: 'Limit the Budget',
    name: 'hasBudget',
    type: 'boolean',
    noDataExpression: true,
    default: false,
    description: 'Whether a run may cost only so much. A request can ask for less, never for more.',
  },
  {
    displayName: 'Highest Budget (USD)',
    name: 'maxBudgetUsd',
    type: 'number',
    typeOptions: { minValue: 0, numberPrecision: 4 },
    default: 1,
    description: 'What all model calls of one run may cost together. 0 allows only models that cost nothing.',
    displayOptions: { show: { hasBudget: [true] } },
  },
];
