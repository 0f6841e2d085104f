import type { ModelRequest, RequestFacts } from '../../router';
import type { WorkflowFact } from './workflow-fact';

/** The options the router's nodes share, as their collection gives them; a field the user has not added is absent. */
export interface RouterOptions {
  allowedModels?: string;
  model?: string;
  role?: string;
  recogniseIntent?: boolean;
  strongerWhenUnsure?: boolean;
  project?: string;
  callBudgetUsd?: number;
  temperature?: number;
  maxOutputTokens?: number;
  deadlineS?: number;
  reuseMinutes?: number;
  reuseSimilar?: boolean;
}

export function routerOptions(options: RouterOptions, workflow: WorkflowFact): Pick<ModelRequest, 'temperature' | 'maxOutputTokens'> & { facts: Omit<RequestFacts, 'privacy'> } {
  const allowedModels = (options.allowedModels ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
  return {
    temperature: options.temperature,
    maxOutputTokens: options.maxOutputTokens,
    facts: {
      role: options.role?.trim() || undefined,
      project: options.project?.trim() || undefined,
      callBudgetUsd: options.callBudgetUsd,
      workflow,
      model: options.model?.trim() || undefined,
      allowedModels: allowedModels.length > 0 ? allowedModels : undefined,
      deadlineS: options.deadlineS,
      recogniseIntent: options.recogniseIntent,
      strongerWhenUnsure: options.strongerWhenUnsure,
      reuseMinutes: options.reuseMinutes || undefined,
      reuseSimilar: options.reuseSimilar,
    },
  };
}
