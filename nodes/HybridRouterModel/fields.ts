import type { INodeProperties } from 'n8n-workflow';
import { privacyField } from '../shared/fields';
import { routerPresetField, weightsField } from '../shared/own-weights';
import { allowedModelsField, callBudgetField, firstModelField, maxOutputTokensField, projectField, recogniseIntentField, reuseMinutesField, reuseSimilarField, roleField, strongerWhenUnsureField, temperatureField, timeLimitField } from '../shared/router-option-fields';

const options: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [allowedModelsField, strongerWhenUnsureField, callBudgetField, temperatureField, maxOutputTokensField, firstModelField, projectField, recogniseIntentField, reuseMinutesField, reuseSimilarField, roleField, timeLimitField],
};

export const connectedRunHereField: INodeProperties = {
  displayName: 'Connected Models Run Locally',
  name: 'connectedRunHere',
  type: 'boolean',
  default: false,
  description: 'Whether all chat models connected below this node run on your own machines. Only then may they see secret text. Without connected models this has no effect.',
};

export const fields: INodeProperties[] = [
  {
    displayName: 'Connect this node to the "Model" input of an AI Agent, a Basic LLM Chain or one of the team\'s agents. Chat models connected below it are candidates beside the team\'s own.',
    name: 'notice',
    type: 'notice',
    default: '',
  },
  routerPresetField,
  weightsField,
  privacyField,
  connectedRunHereField,
  options,
];
