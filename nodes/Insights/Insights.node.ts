import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { TeamStats } from '../../insights';
import { forAllItems } from '../shared/for-each-item';
import { diagnoseTeam, teamBundle, withTeam } from '../shared/open-team';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { fields, type Operation, type Split } from './fields';

export class Insights implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Insights',
    name: 'insights',
    icon: { light: 'file:insights.svg', dark: 'file:insights.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"].substring(0, 1).toUpperCase() + $parameter["operation"].substring(1) }}',
    description: 'Says whether everything the team needs is there, and what the team did and spent',
    defaults: { name: 'Insights' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('05-doctor-and-figures')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await forAllItems(this, 1, async () => {
      const answers: Array<{ json: IDataObject; fromItem: number }> = [];
      for (const itemIndex of this.getInputData().keys()) {
        for (const json of await answersTo(this, itemIndex)) answers.push({ json, fromItem: itemIndex });
      }
      return [answers];
    });
  }
}

async function answersTo(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const operation = context.getNodeParameter('operation', itemIndex) as Operation;
  // Without opening the team: what keeps it from opening is what the Doctor is asked for.
  if (operation === 'doctor') return await checks(context);
  return await withTeam(context, async ({ insights }) => {
    if (operation === 'metrics') return [{ text: await insights.metrics() }];
    const { readSince, systemClock } = teamBundle();
    const sinceMs = readSince(String(context.getNodeParameter('since', itemIndex)), systemClock.nowMs());
    return figures(await insights.stats({ sinceMs }), context.getNodeParameter('split', itemIndex) as Split);
  });
}

async function checks(context: IExecuteFunctions): Promise<IDataObject[]> {
  const { ok, advice, checks: found } = await diagnoseTeam(context, context.getExecutionCancelSignal());
  const failedFirst = [...found].sort((one, other) => Number(other.status === 'failed') - Number(one.status === 'failed'));
  // Where a check says nothing itself, for instance without any model, the advice for all is what to do.
  const todoOf = ({ todo, status }: (typeof found)[number]) => todo ?? (status === 'failed' ? advice.join(' ') : '');
  return failedFirst.map((check) => ({ ...readable({ ...check, todo: todoOf(check) }), ok, advice }) as unknown as IDataObject);
}

/** n8n's table has the fields in this order: first what is about this check, after it what is about all. */
function readable<Check extends { title: string; status: string; detail: string; todo: string; version?: string }>({ title, status, detail, todo, version = '', ...rest }: Check) {
  return { title, status, detail, todo, version, ...rest };
}

function figures(stats: TeamStats, split: Split): IDataObject[] {
  const { team } = stats;
  const since = new Date(stats.sinceMs).toISOString();
  if (split === 'none') return [{ since, ...stats } as unknown as IDataObject];
  if (split === 'experiments') return stats.experiments.map((arm) => ({ team, since, ...arm }) as unknown as IDataObject);
  const name = { byModel: 'model', byRole: 'role', byWorkflow: 'workflow', byDay: 'day' }[split];
  return stats[split].map(({ key, title, ...group }) => ({ team, since, [name]: key, ...(title !== undefined && { name: title }), ...group }));
}
