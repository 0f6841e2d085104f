import type { IExecuteFunctions, ILoadOptionsFunctions, INodeExecutionData, INodePropertyOptions, INodeType } from 'n8n-workflow';
import type { WorkRequest } from '../../agents';
import type { Privacy } from '../../privacy';
import { forEachAgentItem, spokenFacts } from '../shared/agent-call';
import { withTeam } from '../shared/open-team';
import { taskKeyOf } from '../shared/task-key';
import { description } from './description';

export class SpecialistAgent implements INodeType {
  description = description;

  methods = { loadOptions: { getRoles } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) => [
      await forEachAgentItem(this, { tools: true }, async ({ itemIndex, call }) => {
        const { result, ...spoken } = await team.agents.work(workRequest(this, itemIndex), call);
        return { json: { ...result, ...spokenFacts(spoken) } };
      }),
    ]);
  }
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
