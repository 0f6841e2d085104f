import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { ModelRequest, RequestFacts } from '../../router';
import { allowedModelsField, callBudgetField, maxOutputTokensField, projectField, recogniseIntentField, reuseMinutesField, reuseSimilarField, roleField, strongerWhenUnsureField, temperatureField, timeLimitField } from './router-option-fields';
import type { WorkflowFact } from './workflow-fact';
import { optionalName } from './written-name';
import { writtenNumber } from './written-number';
import { truthOf } from './written-truth';

/** The options the router's nodes share, as their collection gives them; a field the user has not added is absent. Any of them may be whatever an expression finds. */
export interface RouterOptions {
  allowedModels?: unknown;
  model?: unknown;
  role?: unknown;
  recogniseIntent?: unknown;
  strongerWhenUnsure?: unknown;
  project?: unknown;
  callBudgetUsd?: unknown;
  temperature?: unknown;
  maxOutputTokens?: unknown;
  deadlineS?: unknown;
  reuseMinutes?: unknown;
  reuseSimilar?: unknown;
}

interface Place {
  context: Pick<IExecuteFunctions, 'getNode'>;
  itemIndex: number;
  workflow: WorkflowFact;
}

/** A limit that was added and whose expression finds nothing is a mistake: without it there would be no limit. @throws {NodeOperationError} that names the field */
export function routerOptions(options: RouterOptions, { context, itemIndex, workflow }: Place): Pick<ModelRequest, 'temperature' | 'maxOutputTokens'> & { facts: Omit<RequestFacts, 'privacy'> } {
  const number = ({ name, displayName }: INodeProperties) => (name in options ? writtenNumber(context, options[name as keyof RouterOptions], displayName, itemIndex) : undefined);
  const isOn = ({ name, displayName }: INodeProperties) => (name in options ? truthOf(context, options[name as keyof RouterOptions], displayName, itemIndex) : undefined);
  const named = (field: INodeProperties) => optionalName(context, options, field, itemIndex);
  return {
    temperature: number(temperatureField),
    maxOutputTokens: number(maxOutputTokensField),
    facts: {
      role: named(roleField),
      project: named(projectField),
      callBudgetUsd: number(callBudgetField),
      workflow,
      // A wish, not a limit.
      model: String(options.model ?? '').trim() || undefined,
      allowedModels: 'allowedModels' in options ? namedModels(context, options.allowedModels, itemIndex) : undefined,
      deadlineS: number(timeLimitField),
      recogniseIntent: isOn(recogniseIntentField),
      strongerWhenUnsure: isOn(strongerWhenUnsureField),
      reuseMinutes: number(reuseMinutesField) || undefined,
      reuseSimilar: isOn(reuseSimilarField),
    },
  };
}

function namedModels(context: Place['context'], written: unknown, itemIndex: number): string[] {
  const names = (Array.isArray(written) ? written.map(String) : String(written ?? '').split(',')).map((name) => name.trim()).filter((name) => name !== '');
  if (names.length > 0) return names;
  throw new NodeOperationError(context.getNode(), `"${allowedModelsField.displayName}" names no model.`, { itemIndex, description: 'Every model would be allowed. Name some, look what its expression finds, or remove it from "Options".' });
}
