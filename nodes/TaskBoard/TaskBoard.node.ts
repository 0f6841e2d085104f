import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { BoardMove, TaskClaim } from '../../runs';
import type { Team } from '../../team';
import { forAllItems } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';
import { runIdOf } from '../shared/task-key';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { fields, type Operation } from './fields';
import { steer, sweep, type BoardOutputs } from './steer';

const OUTPUT_NAMES = ['Ready', 'Done', 'Needs Person'];

export class TaskBoard implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Task Board',
    name: 'taskBoard',
    icon: { light: 'file:task-board.svg', dark: 'file:task-board.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ { handOut: "Hand Out Ready Tasks", pause: "Pause", resume: "Resume", stop: "Stop", sweep: "Sweep" }[$parameter["operation"]] }}',
    description: 'Hands out the tasks of the plan, each as soon as what it builds upon has passed, until all are done; pauses, stops and restarts runs',
    defaults: { name: 'Task Board' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: OUTPUT_NAMES,
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('01-team-pipeline', '$parameter["operation"] !== "sweep"'), templateHint('08-sweeper', '$parameter["operation"] === "sweep"')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) =>
      await forAllItems(this, OUTPUT_NAMES.length, async () => {
        const operation = this.getNodeParameter('operation', 0) as Operation;
        if (operation === 'handOut') return await handOut(this, team);
        return operation === 'sweep' ? await sweep(team) : await steer(this, team, operation);
      }),
    );
  }
}

async function handOut(context: IExecuteFunctions, team: Team): Promise<BoardOutputs> {
  const items = context.getInputData();
  const runIds = items.map((_, itemIndex) => runIdOf(context, itemIndex));
  const move = await team.board.next(runIds, context.getExecutionId());
  return outputsOf(move, items.map(({ json }) => json));
}

function outputsOf({ run, ready, done, needsPerson }: BoardMove, incoming: IDataObject[]): BoardOutputs {
  const fromRun = 0;
  return [
    ready.map((claim) => ({ json: readyItem(claim), fromItem: Math.max(0, incoming.findIndex(({ taskId }) => taskId === claim.taskId)) })),
    done ? [{ json: { runId: run.id, goal: run.goal, ...done }, fromItem: fromRun }] : [],
    needsPerson ? [{ json: { runId: run.id, goal: run.goal, tasks: needsPerson }, fromItem: fromRun }] : [],
  ];
}

function readyItem({ runId, taskId, attempt, task, feedback }: TaskClaim): IDataObject {
  const { role, title, instructions, acceptance, deliverables, privacy } = task;
  return { runId, taskId, attempt, role, title, instructions, acceptance, deliverables, privacy, ...(feedback && { feedback }) };
}
