import type { IExecuteFunctions, INodeProperties, ISupplyDataFunctions } from 'n8n-workflow';
import type { Preset, RequestFacts } from '../../router';
import { presetField } from './fields';
import { writtenChoice } from './written-choice';

/** The presets of every node, and weights of one's own where the router itself is set up. */
export const routerPresetField: INodeProperties = {
  ...presetField,
  options: [...presetField.options!, { name: 'Own Weights', value: 'own', description: 'Say yourself how much quality, price, speed and place count' }],
};

const weight = { type: 'number' as const, typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 } };

/** The start values are those of Balanced. In alphabetical order, as n8n shows them. */
export const weightsField: INodeProperties = {
  displayName: 'Weights',
  name: 'weights',
  type: 'collection',
  placeholder: 'Add Weight',
  description: 'How much each thing counts, 0 to 1. Only the proportion matters. What you take off the list does not count.',
  default: { cheapness: 0.2, fit: 0.5, local: 0.15, speed: 0.05, strength: 0.1 },
  displayOptions: { show: { preset: ['own'] } },
  options: [
    { ...weight, displayName: 'Cheapness', name: 'cheapness', default: 0.2, description: 'What the answer will probably cost: nothing counts full, one US cent half' },
    { ...weight, displayName: 'Fit to the Task', name: 'fit', default: 0.5, description: 'A model just strong enough for how hard the prompt looks counts full' },
    { ...weight, displayName: 'Local', name: 'local', default: 0.15, description: 'A model on this machine counts full, any other nothing' },
    { ...weight, displayName: 'Speed', name: 'speed', default: 0.05, description: 'How fast the model has answered so far: 50 tokens per second count half' },
    { ...weight, displayName: 'Strength', name: 'strength', default: 0.1, description: 'How good the model is at hard work, even when the prompt is simple' },
  ],
};

/** What the node prefers, as the router takes it. */
export function preferenceOf(context: IExecuteFunctions | ISupplyDataFunctions, itemIndex: number): Pick<RequestFacts, 'preset' | 'weights'> {
  const preset = writtenChoice(context, context.getNodeParameter('preset', itemIndex), routerPresetField, itemIndex) as Preset;
  if (preset !== 'own') return { preset };
  return { preset, weights: context.getNodeParameter('weights', itemIndex, {}) as RequestFacts['weights'] };
}
