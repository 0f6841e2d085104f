import type { IExecuteFunctions, ILoadOptionsFunctions, INodeExecutionData, INodePropertyOptions, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { WorkRequest } from '../../agents';
import type { Team } from '../../team';
import { forEachAgentItem, spokenFacts, type AgentItem } from '../shared/agent-call';
import type { ItemAnswer } from '../shared/for-each-item';
import { itemParameter } from '../shared/item-parameter';
import { withTeam } from '../shared/open-team';
import { taskKeyOf } from '../shared/task-key';
import { modelInput, toolInput } from '../shared/fields';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { fields } from './fields';
import { writtenPrivacy } from '../shared/written-choice';

/** "As Planned" for an item that has no plan: the role that finds things out and writes them down. */
const ROLE_WITHOUT_PLAN = 'research';

export class SpecialistAgent implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Specialist Agent',
    name: 'specialistAgent',
    icon: { light: 'file:specialist-agent.svg', dark: 'file:specialist-agent.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["role"] ? "Work as " + $parameter["role"] : "Work" }}',
    description: 'Does one task (code, texts, research) and delivers files. Tasks that come in together are done side by side.',
    defaults: { name: 'Specialist Agent' },
    inputs: [NodeConnectionTypes.Main, modelInput, toolInput],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('01-team-pipeline')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest, loadOptions: { getRoles } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) => [
      await forEachAgentItem(this, { tools: true }, async (item) => await work(this, team, item)),
    ]);
  }
}

async function work(context: IExecuteFunctions, team: Team, { itemIndex, call }: AgentItem): Promise<ItemAnswer> {
  const { result, ...spoken } = await team.agents.work(workRequest(context, itemIndex), call);
  return { json: { ...result, ...spokenFacts(spoken) } };
}

function workRequest(context: IExecuteFunctions, itemIndex: number): WorkRequest {
  const task = taskKeyOf(context, itemIndex);
  const role = (context.getNodeParameter('role', itemIndex, '') as string) || undefined;
  const privacy = writtenPrivacy(context, context.getNodeParameter('privacy', itemIndex), itemIndex);
  return task ? { task, role, privacy } : { goal: String(itemParameter(context, 'goal', itemIndex, '') ?? '').trim(), role: role ?? ROLE_WITHOUT_PLAN, privacy };
}

async function getRoles(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const roles = await withTeam(this, async (team) => await team.agents.roles());
  return [
    { name: 'As Planned', value: '', description: 'The role the plan gives to the task; research for an item without a plan' },
    ...roles.map(({ name, title, description: text }) => ({ name: title, value: name, description: text })),
  ];
}
