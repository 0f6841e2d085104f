import type { INodeProperties } from 'n8n-workflow';
import { onlyFor, privacyField } from '../shared/fields';
import { routerPresetField, weightsField } from '../shared/own-weights';
import { allowedModelsField, callBudgetField, firstModelField, maxOutputTokensField, projectField, recogniseIntentField, reuseMinutesField, reuseSimilarField, roleField, strongerWhenUnsureField, temperatureField, timeLimitField } from '../shared/router-option-fields';

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
    reuseMinutesField,
    reuseSimilarField,
    roleField,
    { displayName: 'System Message', name: 'systemMessage', type: 'string', typeOptions: { rows: 3 }, default: '', placeholder: 'e.g. You answer in one short paragraph.', description: 'How the model should behave' },
    timeLimitField,
  ],
};

const operationAndRequest: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'complete',
    options: [
      { name: 'Calibrate', value: 'calibrate', action: 'Calibrate the router', description: 'Learns from the outcomes of the team which prompts need a stronger model' },
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
  routerPresetField,
  weightsField,
  privacyField,
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

const calibrationField: INodeProperties = {
  displayName: 'What to Do',
  name: 'calibration',
  type: 'options',
  noDataExpression: true,
  default: 'fit',
  description: 'The router learns from what became of its answers: QA verdicts, answers in the wrong shape, escalations. It needs 100 of them.',
  options: [
    { name: 'Fit and Show', value: 'fit', description: 'Says how much better outcomes would be foreseen; changes nothing' },
    { name: 'Fit and Apply When Better', value: 'apply', description: 'Uses what was learnt from now on, if it is clearly better' },
    { name: 'Undo', value: 'undo', description: 'Brings back what was in force before' },
  ],
};

const [operationField, ...requestFields] = operationAndRequest as [INodeProperties, ...INodeProperties[]];

export const fields: INodeProperties[] = [
  operationField,
  onlyFor(calibrationField, 'calibrate'),
  ...requestFields.map((field) => onlyFor(field, 'complete', 'explain')),
];
