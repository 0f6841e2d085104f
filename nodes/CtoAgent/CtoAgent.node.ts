import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type { PlanRequest } from '../../agents';
import type { Privacy } from '../../privacy';
import type { Team } from '../../team';
import { forAllItems } from '../shared/for-each-item';
import { forEachAgentItem, spokenFacts, type AgentItem } from '../shared/agent-call';
import type { ItemAnswer } from '../shared/for-each-item';
import { teamBundle, withTeam } from '../shared/open-team';
import { filesAsBinary } from '../shared/files-as-binary';
import { memoryInput, modelInput } from '../shared/fields';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { projectField } from '../shared/router-option-fields';
import { optionalName } from '../shared/written-name';
import { writtenNumber } from '../shared/written-number';
import { arbitrate } from './arbitrate';
import { chat } from './chat';
import { askAboveField, askedByField, budgetField, fields, maxTasksField, runTimeLimitField } from './fields';
import { writtenPrivacy } from '../shared/written-choice';

export class CtoAgent implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'CTO Agent',
    name: 'ctoAgent',
    icon: { light: 'file:cto-agent.svg', dark: 'file:cto-agent.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ ({ plan: "Plan", chat: "Chat", report: "Report", arbitrate: "Arbitrate" })[$parameter["operation"]] }}',
    description: 'Leads your AI team: talks a goal over with you, plans it, settles conflicts, and hands you the report and the files at the end',
    defaults: { name: 'CTO Agent' },
    inputs: [NodeConnectionTypes.Main, modelInput, memoryInput],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('01-team-pipeline', '["plan", "report"].includes($parameter["operation"])'), templateHint('14-talk-it-over', '$parameter["operation"] === "chat"'), templateHint('15-two-answers', '$parameter["operation"] === "arbitrate"')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const operation = this.getNodeParameter('operation', 0) as keyof typeof PER_ITEM | 'arbitrate';
    return await withTeam(this, async (team) => {
      if (operation === 'arbitrate') return await forAllItems(this, 1, async () => [[await arbitrate(this, team)]]);
      return [await forEachAgentItem(this, { tools: false }, async (item) => await PER_ITEM[operation](this, team, item))];
    });
  }
}

const PER_ITEM = { plan, chat, report };

async function plan(context: IExecuteFunctions, team: Team, { itemIndex, call }: AgentItem): Promise<ItemAnswer> {
  const { plan: made, approval, ...spoken } = await team.agents.plan(planRequest(context, itemIndex), call);
  const waits = approval && { approval: { id: approval.id, hash: approval.hash, title: approval.title, expiresAt: new Date(approval.expiresAtMs).toISOString() } };
  return { json: { ...made, ...spokenFacts(spoken), ...waits } };
}

async function report(context: IExecuteFunctions, team: Team, { itemIndex, call, progress }: AgentItem): Promise<ItemAnswer> {
  const runId = textParameter(context, 'runId', itemIndex);
  if (!runId) {
    throw new NodeOperationError(context.getNode(), 'The item has no run id, so there is nothing to report on.', {
      itemIndex,
      description: 'Connect the "Done" output of the Task Board to this node, or choose the operation "Plan" for a new goal.',
    });
  }
  const { status, project, report: text, files, ...spoken } = await team.agents.report(runId, call);
  progress.text(text);
  if (files.length > 0) progress.text(`\n\nTo get the files, open the output of the node **${context.getNode().name}**: tab *Binary*.\n`);
  const { role, model, tokens, costUsd, usage } = spokenFacts(spoken);
  return { json: { runId, ...(project !== undefined && { project }), status, report: text, files: files.map((file) => ({ ...file })), role, model, tokens, costUsd, usage }, binary: await filesAsBinary(context, team, runId, files) };
}

function planRequest(context: IExecuteFunctions, itemIndex: number): PlanRequest {
  const runId = textParameter(context, 'runId', itemIndex);
  const privacy = labelOf(context, itemIndex, runId);
  const added = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const options = runId ? optionsOfRun(added) : added;
  const [maxTasks, askAboveUsd] = [limit(context, options, maxTasksField, itemIndex), limit(context, options, askAboveField, itemIndex)];
  const askedBy = optionalName(context, options, askedByField, itemIndex);
  // A run that was created over HTTP, or goes on, knows its goal and its limits.
  const asked = runId ? { runId, limits: { privacy } } : { goal: textParameter(context, 'goal', itemIndex), ...newRun(context, options, itemIndex, privacy) };
  return { ...asked, ...(maxTasks !== undefined && { maxTasks }), ...(askAboveUsd !== undefined && { askAboveUsd }), ...(askedBy !== undefined && { askedBy }) };
}

/** An item that goes on with a run need not hold the label its goal had. The run knows it, unless it was the node that raised it: so a plan that is still to be made is made here. */
function labelOf(context: IExecuteFunctions, itemIndex: number, runId: string): Privacy {
  const written = context.getNodeParameter('privacy', itemIndex) as unknown;
  return runId && (written === undefined || written === null) ? 'secret' : writtenPrivacy(context, written, itemIndex);
}

/** Every plan costs more. */
const ASK_ALWAYS_USD = -1;

/** An item that goes on with a run need not hold what the one held that began it. Who wants it done is known; and where the price above which a person is asked is not, one is asked about every plan. */
function optionsOfRun(added: IDataObject): IDataObject {
  const found = Object.fromEntries(Object.entries(added).filter(([, value]) => value !== undefined && value !== null));
  return askAboveField.name in added ? { [askAboveField.name]: ASK_ALWAYS_USD, ...found } : found;
}

function newRun(context: IExecuteFunctions, options: IDataObject, itemIndex: number, privacy: Privacy): Pick<PlanRequest, 'limits' | 'project'> {
  const [budgetUsd, minutes] = [limit(context, options, budgetField, itemIndex), limit(context, options, runTimeLimitField, itemIndex)];
  const project = optionalName(context, options, projectField, itemIndex);
  return {
    limits: {
      privacy,
      ...(budgetUsd !== undefined && { budgetUsd }),
      ...(minutes !== undefined && { deadlineAtMs: teamBundle().systemClock.nowMs() + minutes * 60_000 }),
    },
    ...(project !== undefined && { project }),
  };
}

/** A limit that was added and whose expression finds nothing is a mistake: without it there would be no limit. */
function limit(context: IExecuteFunctions, options: IDataObject, { name, displayName }: INodeProperties, itemIndex: number): number | undefined {
  return name in options ? writtenNumber(context, options[name], displayName, itemIndex) : undefined;
}

function textParameter(context: IExecuteFunctions, name: string, itemIndex: number): string {
  return String(context.getNodeParameter(name, itemIndex, '') ?? '').trim();
}
