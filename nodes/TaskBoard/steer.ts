import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { ControlScope, Run } from '../../runs';
import type { Team } from '../../team';
import type { ItemAnswer } from '../shared/for-each-item';
import { runIdOf } from '../shared/task-key';
import { writtenChoice } from '../shared/written-choice';
import { nameIn } from '../shared/written-name';
import { scopeField } from './fields';

/** What leaves by the three outputs of the board. */
export type BoardOutputs = Array<Array<ItemAnswer & { fromItem: number }>>;

/** Pauses, resumes or stops what each item names. What a program must start again leaves by Ready, the rest by Done. */
export async function steer(context: IExecuteFunctions, team: Team, action: 'pause' | 'resume' | 'stop'): Promise<BoardOutputs> {
  const outputs: BoardOutputs = [[], [], []];
  const [ready, done] = outputs as [BoardOutputs[number], BoardOutputs[number]];
  for (const fromItem of context.getInputData().keys()) {
    const scope = scopeOf(context, fromItem);
    const facts = { action, scope: { ...scope } };
    if (action === 'pause') {
      await team.steering.pause(scope);
      done.push({ json: facts, fromItem });
    } else if (action === 'stop') {
      const runs = await team.steering.stop(scope);
      done.push({ json: { ...facts, runs: runs.map(({ id, status }) => ({ runId: id, status })) }, fromItem });
    } else {
      const { wasPaused, start } = await team.steering.resume(scope);
      if (start) ready.push({ json: startItem(start), fromItem });
      else done.push({ json: { ...facts, wasPaused }, fromItem });
    }
  }
  return outputs;
}

/** Finds what died: to be started again by Ready, given up by Needs Person. */
export async function sweep(team: Team): Promise<BoardOutputs> {
  const { restarts, givenUp } = await team.sweeper.sweep();
  return [
    restarts.map(({ run, restarts: times }) => ({ json: { ...startItem(run), restarts: times }, fromItem: 0 })),
    [],
    givenUp.map((run) => ({ json: { runId: run.id, goal: run.goal, reason: run.error?.message ?? '', hint: run.error?.hint ?? '' }, fromItem: 0 })),
  ];
}

/** All a pipeline needs to go on with a run. */
function startItem({ id, goal, workflowId }: Run): IDataObject {
  return { runId: id, goal, workflowId: workflowId ?? '' };
}

function scopeOf(context: IExecuteFunctions, itemIndex: number): ControlScope {
  const kind = writtenChoice(context, context.getNodeParameter('scope', itemIndex), scopeField, itemIndex) as ControlScope['kind'];
  if (kind === 'all') return { kind };
  if (kind === 'run') return { kind, name: runIdOf(context, itemIndex) };
  const name = nameIn(context, { name: 'Name', value: context.getNodeParameter('name', itemIndex, '') }, itemIndex).trim();
  if (name !== '') return { kind, name };
  throw new NodeOperationError(context.getNode(), `The name of the ${kind} is missing.`, { itemIndex, description: `Write it into the field "Name".` });
}
