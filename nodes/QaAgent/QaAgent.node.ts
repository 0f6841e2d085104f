import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { forEachAgentItem, spokenFacts } from '../shared/agent-call';
import { withTeam } from '../shared/open-team';
import { taskKeyOf } from '../shared/task-key';
import { description } from './description';

export class QaAgent implements INodeType {
  description = description;

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) => [
      await forEachAgentItem(this, { tools: false }, async ({ itemIndex, call }) => {
        const key = taskKeyOf(this, itemIndex);
        if (!key) throw nothingToReview(this, itemIndex);
        const { verdict, ...spoken } = await team.agents.review(key, call);
        return { json: { ...verdict, ...spokenFacts(spoken) } };
      }),
    ]);
  }
}

function nothingToReview(context: IExecuteFunctions, itemIndex: number): NodeOperationError {
  return new NodeOperationError(context.getNode(), 'The item carries no work of a task, so there is nothing to review.', {
    itemIndex,
    description: 'Connect the Specialist Agent to this node: its items carry runId, taskId and attempt.',
  });
}
