import type { INodeProperties } from 'n8n-workflow';
import { presetField, privacyField } from '../shared/fields';
import { allowedModelsField, callBudgetField, firstModelField, maxOutputTokensField, projectField, recogniseIntentField, roleField, strongerWhenUnsureField, temperatureField, timeLimitField } from '../shared/router-option-fields';

const options: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [allowedModelsField, strongerWhenUnsureField, callBudgetField, temperatureField, maxOutputTokensField, firstModelField, projectField, recogniseIntentField, roleField, timeLimitField],
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
