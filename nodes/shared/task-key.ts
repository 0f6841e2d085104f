import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { TaskKey } from '../../agents';
import { itemParameter } from './item-parameter';

/** The task an item stands for; `undefined` when it names neither run nor task. */
export function taskKeyOf(context: IExecuteFunctions, itemIndex: number): TaskKey | undefined {
  const runId = textOf(context, 'runId', itemIndex);
  const taskId = textOf(context, 'taskId', itemIndex);
  if (!runId && !taskId) return undefined;
  if (!runId || !taskId) {
    throw new NodeOperationError(context.getNode(), runId ? 'The item names a run but no task of it.' : 'The item names a task but no run.', {
      itemIndex,
      description: 'Connect the "Ready" output of the Task Board to this node: its items carry runId, taskId and attempt.',
    });
  }
  return { runId, taskId, attempt: Number(itemParameter(context, 'attempt', itemIndex, 1)) || 1 };
}

/** Says which run an item belongs to, or how to wire the node so that it does. */
export function runIdOf(context: IExecuteFunctions, itemIndex: number): string {
  const runId = textOf(context, 'runId', itemIndex);
  if (runId) return runId;
  throw new NodeOperationError(context.getNode(), `The item belongs to no run.${earlierError(context, itemIndex)}`, {
    itemIndex,
    description: 'Connect "CTO Agent: Plan" to this node, and the output of "QA Agent: Review" back to it: their items carry the run id.',
  });
}

function textOf(context: IExecuteFunctions, name: string, itemIndex: number): string {
  return String(itemParameter(context, name, itemIndex, '') ?? '').trim();
}

// A node before this one may have failed and continued; its message is then the real reason.
function earlierError(context: IExecuteFunctions, itemIndex: number): string {
  const error = context.getInputData()[itemIndex]?.json.error as IDataObject | string | undefined;
  const message = typeof error === 'string' ? error : error?.message;
  return typeof message === 'string' ? ` An earlier node failed: ${message}` : '';
}
