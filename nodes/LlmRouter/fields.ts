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
    { displayName: 'Maximum Answer Length (Tokens)', name: 'maxOutputTokens', type: 'number', typeOptions: { minValue: 1 }, default: 2000, description: 'The answer is cut off after this many tokens' },
    { displayName: 'Model to Ask First', name: 'model', type: 'string', default: '', placeholder: 'e.g. ollama/qwen3:8b', description: 'Asked before all others. They still answer when it cannot.' },
    { displayName: 'Role', name: 'role', type: 'string', default: '', placeholder: 'e.g. backend', description: 'For whom the question is asked; shown in statistics' },
    { displayName: 'System Message', name: 'systemMessage', type: 'string', typeOptions: { rows: 3 }, default: '', placeholder: 'e.g. You answer in one short paragraph.', description: 'How the model should behave' },
    { displayName: 'Time Limit (Seconds)', name: 'deadlineS', type: 'number', typeOptions: { minValue: 1 }, default: 120, description: 'The whole question fails when it takes longer, other models included. Not set: only a model that falls silent is given up.' },
  ],
};

export const fields: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'complete',
    options: [
      { name: 'Complete', value: 'complete', action: 'Ask a model', description: 'Asks the best model that may answer' },
      { name: 'Explain', value: 'explain', action: 'Explain which model would answer', description: 'Says which model would be asked, why, and what it would cost, without asking it' },
    ],
  },
  {
    displayName: 'Prompt',
    name: 'prompt',
    type: 'string',
    typeOptions: { rows: 4 },
    default: "={{ $json.prompt ?? $json.chatInput ?? $json.goal ?? 'Explain in two sentences what a workflow is.' }}",
    placeholder: 'e.g. Summarise this e-mail in one sentence: {{ $json.text }}',
    description: 'The question. Taken from the item: its prompt, else its chat message, else its goal, else a sample.',
  },
  privacyField,
  presetField,
  { displayName: 'Answer as JSON', name: 'asJson', type: 'boolean', default: false, description: 'Whether the answer must be JSON of a given shape' },
  {
    displayName: 'JSON Schema',
    name: 'schema',
    type: 'json',
    typeOptions: { rows: 6 },
    default: '{\n  "type": "object",\n  "properties": { "answer": { "type": "string" } },\n  "required": ["answer"],\n  "additionalProperties": false\n}',
    description: 'The shape of the answer, as JSON Schema (draft 7)',
    displayOptions: { show: { asJson: [true] } },
  },
  options,
];
