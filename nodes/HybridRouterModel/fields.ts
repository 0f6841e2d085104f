import type { INodeProperties } from 'n8n-workflow';
import { presetField, privacyField } from '../shared/fields';

const options: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    { displayName: 'Allowed Models', name: 'allowedModels', type: 'string', default: '', placeholder: 'e.g. ollama/qwen3:8b, anthropic/claude-sonnet-4-5', description: 'When given, no other model may answer. Names separated by commas.' },
    {
      displayName: 'Creativity (Temperature)',
      name: 'temperature',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 2, numberPrecision: 2 },
      default: 0.7,
      description: 'Low values give the same answer again and again, high values a different one each time. Not set: the model decides.',
    },
    { displayName: 'Maximum Answer Length (Tokens)', name: 'maxOutputTokens', type: 'number', typeOptions: { minValue: 1 }, default: 2000, description: 'Each answer is cut off after this many tokens' },
    { displayName: 'Model to Ask First', name: 'model', type: 'string', default: '', placeholder: 'e.g. ollama/qwen3:8b', description: 'Asked before all others. They still answer when it cannot.' },
    { displayName: 'Role', name: 'role', type: 'string', default: '', placeholder: 'e.g. support', description: 'For whom the model works; shown in statistics' },
    { displayName: 'Time Limit per Answer (Seconds)', name: 'deadlineS', type: 'number', typeOptions: { minValue: 1 }, default: 120, description: 'An answer that takes longer fails, other models included. Not set: only a model that falls silent is given up.' },
  ],
};

export const fields: INodeProperties[] = [
  {
    displayName: 'Connect this node to the "Model" input of an AI Agent, a Basic LLM Chain or one of the team\'s agents.',
    name: 'notice',
    type: 'notice',
    default: '',
  },
  presetField,
  privacyField,
  options,
];
