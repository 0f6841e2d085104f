import type { IExecuteFunctions } from 'n8n-workflow';
import type { RequestFacts } from '../../router';

export type WorkflowFact = RequestFacts['workflow'];

/** Whose money is spent, for budgets and figures; undefined for a workflow that has no id yet. */
export function workflowFact(context: Pick<IExecuteFunctions, 'getWorkflow'>): WorkflowFact {
  const { id, name } = context.getWorkflow();
  return id ? { id, ...(name && { name }) } : undefined;
}
