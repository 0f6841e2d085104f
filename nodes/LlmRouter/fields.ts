import type { INodeProperties } from 'n8n-workflow';
import { presetField, privacyField } from '../shared/fields';
import { allowedModelsField, callBudgetField, firstModelField, maxOutputTokensField, projectField, recogniseIntentField, roleField, strongerWhenUnsureField, temperatureField, timeLimitField } from '../shared/router-option-fields';

const options: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    allowedModelsField,
    strongerWhenUnsureField,
    callBudgetField,
    temperatureField,
    maxOutputTokensField,
    firstModelField,
    projectField,
    recogniseIntentField,
    roleField,
    { displayName: 'System Message', name: 'systemMessage', type: 'string', typeOptions: { rows: 3 }, default: '', placeholder: 'e.g. You answer in one short paragraph.', description: 'How the model should behave' },
    timeLimitField,
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
