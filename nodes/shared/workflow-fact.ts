import type { IExecuteFunctions } from 'n8n-workflow';
import type { RequestFacts } from '../../router';

export type WorkflowFact = RequestFacts['workflow'];

/** Whose money is spent and whose work it is, for budgets, figures and experiments; undefined for a workflow that has no id yet. */
export function workflowFact(context: Pick<IExecuteFunctions, 'getWorkflow' | 'getExecutionId'>): WorkflowFact {
  const { id, name } = context.getWorkflow();
  const executionId = context.getExecutionId();
  return id ? { id, ...(name && { name }), ...(executionId && { executionId }) } : undefined;
}
