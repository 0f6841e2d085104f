import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type { Spoken } from '../../agents';
import type { Verdict } from '../../runs';
import { forEachAgentItem, spokenFacts } from '../shared/agent-call';
import type { ItemAnswer } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';
import { taskKeyOf } from '../shared/task-key';
import { credentialTest } from '../shared/credential-test';
import { modelInput } from '../shared/fields';
import { properties } from './properties';

export class QaAgent implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'QA Agent',
    name: 'qaAgent',
    icon: { light: 'file:qa-agent.svg', dark: 'file:qa-agent.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: 'Review',
    description: 'Checks delivered work against its acceptance criteria: runs the checks first, then judges, with evidence for each criterion',
    defaults: { name: 'QA Agent' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main, modelInput],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', required: false, testedBy: 'aiosTeamApiTest' }],
    properties,
  };

  methods = { credentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) => [
      await forEachAgentItem(this, { tools: false }, async ({ itemIndex, call }) => {
        const key = taskKeyOf(this, itemIndex);
        if (!key) throw nothingToReview(this, itemIndex);
        return reviewed(await team.agents.review(key, call));
      }),
    ]);
  }
}

function reviewed({ verdict, ...spoken }: Spoken & { verdict: Verdict }): ItemAnswer {
  return { json: { ...verdict, ...spokenFacts(spoken) } };
}

function nothingToReview(context: IExecuteFunctions, itemIndex: number): NodeOperationError {
  return new NodeOperationError(context.getNode(), 'The item carries no work of a task, so there is nothing to review.', {
    itemIndex,
    description: 'Connect the Specialist Agent to this node: its items carry runId, taskId and attempt.',
  });
}
