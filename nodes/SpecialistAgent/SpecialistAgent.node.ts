import type { IExecuteFunctions, ILoadOptionsFunctions, INodeExecutionData, INodePropertyOptions, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { Spoken, WorkRequest } from '../../agents';
import type { Privacy } from '../../privacy';
import type { Result } from '../../runs';
import { forEachAgentItem, spokenFacts } from '../shared/agent-call';
import type { ItemAnswer } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';
import { taskKeyOf } from '../shared/task-key';
import { credentialTest } from '../shared/credential-test';
import { modelInput, toolInput } from '../shared/fields';
import { properties } from './properties';

export class SpecialistAgent implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Specialist Agent',
    name: 'specialistAgent',
    icon: { light: 'file:specialist-agent.svg', dark: 'file:specialist-agent.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["role"] ? "Work as " + $parameter["role"] : "Work" }}',
    description: 'Does one task of the plan and delivers files. All tasks that come in together are done side by side.',
    defaults: { name: 'Specialist Agent' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main, modelInput, toolInput],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', required: false, testedBy: 'aiosTeamApiTest' }],
    properties,
  };

  methods = { credentialTest, loadOptions: { getRoles } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) => [
      await forEachAgentItem(this, { tools: true }, async ({ itemIndex, call }) => {
        return worked(await team.agents.work(workRequest(this, itemIndex), call));
      }),
    ]);
  }
}

function worked({ result, ...spoken }: Spoken & { result: Result }): ItemAnswer {
  return { json: { ...result, ...spokenFacts(spoken) } };
}

function workRequest(context: IExecuteFunctions, itemIndex: number): WorkRequest {
  const task = taskKeyOf(context, itemIndex);
  const role = (context.getNodeParameter('role', itemIndex, '') as string) || undefined;
  const privacy = context.getNodeParameter('privacy', itemIndex) as Privacy;
  return task ? { task, role, privacy } : { goal: String(context.getNodeParameter('goal', itemIndex, '') ?? '').trim(), role, privacy };
}

async function getRoles(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const roles = await withTeam(this, async (team) => team.agents.roles());
  return [
    { name: 'As Planned', value: '', description: 'The role the plan gives to the task' },
    ...roles.map(({ name, title, description: text }) => ({ name: title, value: name, description: text })),
  ];
}
