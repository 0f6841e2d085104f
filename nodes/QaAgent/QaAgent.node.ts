import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type { Team } from '../../team';
import { forEachAgentItem, spokenFacts, type AgentItem } from '../shared/agent-call';
import type { ItemAnswer } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';
import { taskKeyOf } from '../shared/task-key';
import { modelInput } from '../shared/fields';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { fields } from './fields';

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
    inputs: [NodeConnectionTypes.Main, modelInput],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('11-tested-product')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) => [
      await forEachAgentItem(this, { tools: false }, async (item) => await review(this, team, item)),
    ]);
  }
}

async function review(context: IExecuteFunctions, team: Team, { itemIndex, call }: AgentItem): Promise<ItemAnswer> {
  const key = taskKeyOf(context, itemIndex);
  if (!key) throw nothingToReview(context, itemIndex);
  const { verdict, ...spoken } = await team.agents.review(key, call);
  return { json: { ...verdict, ...spokenFacts(spoken) } };
}

function nothingToReview(context: IExecuteFunctions, itemIndex: number): NodeOperationError {
  return new NodeOperationError(context.getNode(), 'The item carries no work of a task, so there is nothing to review.', {
    itemIndex,
    description: 'Connect the Specialist Agent to this node: its items carry runId, taskId and attempt.',
  });
}
